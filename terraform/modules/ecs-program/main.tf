data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

data "aws_region" "this" {}

################################################################################
# Rights
################################################################################

locals {
  ecs_tasks = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Tasks"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.this.account_id } }
    }]
  })
}

resource "aws_iam_role" "execution" {
  name               = "${var.name}-execution"
  description        = "Starts tasks of ${var.name}: pulls the image, writes the log"
  assume_role_policy = local.ecs_tasks
  tags               = var.tags

  permissions_boundary = var.permissions_boundary_arn
}

resource "aws_iam_role_policy" "execution" {
  name = "start"
  role = aws_iam_role.execution.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Login"
        Effect   = "Allow"
        Action   = ["ecr:GetAuthorizationToken"]
        Resource = ["*"]
      },
      {
        Sid      = "Pull"
        Effect   = "Allow"
        Action   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        Resource = [local.repository_arn]
      },
      {
        Sid      = "Log"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["${aws_cloudwatch_log_group.this.arn}:*"]
      },
    ]
  })
}

locals {
  # 111122223333.dkr.ecr.eu-central-1.amazonaws.com/verillm/streams@sha256:... An image from elsewhere needs no right.
  ecr            = try(regex("^([0-9]{12})\\.dkr\\.ecr\\.([a-z0-9-]+)\\.[a-z.]+/([^@:]+)", var.image), null)
  repository_arn = local.ecr == null ? "arn:${data.aws_partition.this.partition}:ecr:${data.aws_region.this.id}:${data.aws_caller_identity.this.account_id}:repository/${var.name}" : "arn:${data.aws_partition.this.partition}:ecr:${local.ecr[1]}:${local.ecr[0]}:repository/${local.ecr[2]}"
}

resource "aws_iam_role" "task" {
  name               = "${var.name}-task"
  description        = "What ${var.name} itself may do"
  assume_role_policy = local.ecs_tasks
  tags               = var.tags

  permissions_boundary = var.permissions_boundary_arn
}

resource "aws_iam_role_policy_attachment" "task" {
  for_each = var.policy_arns

  role       = aws_iam_role.task.name
  policy_arn = each.value
}

resource "aws_iam_role_policy" "secrets" {
  count = length(var.secret_arns) > 0 ? 1 : 0

  name = "secrets"
  role = aws_iam_role.task.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid      = "Read"
        Effect   = "Allow"
        Action   = ["secretsmanager:GetSecretValue"]
        Resource = var.secret_arns
      }],
      length(var.secrets_kms_key_arns) == 0 ? [] : [{
        Sid       = "Decrypt"
        Effect    = "Allow"
        Action    = ["kms:Decrypt"]
        Resource  = var.secrets_kms_key_arns
        Condition = { StringEquals = { "kms:ViaService" = "secretsmanager.${data.aws_region.this.id}.amazonaws.com" } }
      }],
    )
  })
}

################################################################################
# Container
################################################################################

locals {
  environment = merge({ AWS_REGION = data.aws_region.this.id, VERILLM_BOOTSTRAP = var.kafka.bootstrap_brokers, VERILLM_ACCESS = "iam" }, var.environment)

  container = {
    name                   = var.container
    image                  = var.image
    command                = var.command
    essential              = true
    readonlyRootFilesystem = true
    user                   = "65532:65532"
    stopTimeout            = var.stop_timeout
    environment            = [for key, value in local.environment : { name = key, value = value }]
    mountPoints            = [for volume, path in var.mounts : { sourceVolume = volume, containerPath = path, readOnly = false }]
    linuxParameters        = { initProcessEnabled = true, capabilities = { drop = ["ALL"] } }
    # A Java of its own, as there is no shell in the image.
    healthCheck = {
      command     = ["CMD", "/opt/java/bin/java", "-Xmx16m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-cp", "/app/classes", "io.verillm.cli.HealthProbe", "/tmp/health"]
      interval    = 30
      timeout     = 10
      retries     = 3
      startPeriod = 60
    }
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        "awslogs-group"         = aws_cloudwatch_log_group.this.name
        "awslogs-region"        = data.aws_region.this.id
        "awslogs-stream-prefix" = var.container
        # CloudWatch out of reach must not hold up a program: what does not fit is lost, the figures that wake workers among it.
        mode              = "non-blocking"
        "max-buffer-size" = "25m"
      }
    }
  }
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/verillm/${var.name}"
  retention_in_days = var.log.retention_days
  kms_key_id        = var.log.kms_key_arn
  tags              = var.tags
}

# What a program can say in its log alone: stakes not paid, flags not admitted, accounts that cannot pay for the next.
resource "aws_cloudwatch_log_metric_filter" "errors" {
  name           = "${var.name}-errors"
  log_group_name = aws_cloudwatch_log_group.this.name
  pattern        = "?\" ERROR \" ?\"note: requester:\""

  metric_transformation {
    name      = "${var.name}-errors"
    namespace = "VeriLLM"
    value     = "1"
  }
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name          = "${var.name}-errors"
  alarm_description   = "${var.name}: its log ${aws_cloudwatch_log_group.this.name} has errors, each of which somebody should read"
  namespace           = aws_cloudwatch_log_metric_filter.errors.metric_transformation[0].namespace
  metric_name         = aws_cloudwatch_log_metric_filter.errors.metric_transformation[0].name
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
  ok_actions          = var.alarm_actions
  tags                = var.tags
}

################################################################################
# Network
################################################################################

resource "aws_security_group" "this" {
  name_prefix = "${var.name}-"
  description = "Tasks of ${var.name}"
  vpc_id      = var.vpc_id
  tags        = merge(var.tags, { Name = var.name })

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "kafka" {
  security_group_id            = aws_security_group.this.id
  description                  = "Brokers"
  referenced_security_group_id = var.kafka.security_group_id
  ip_protocol                  = "tcp"
  from_port                    = 9098
  to_port                      = 9098
  tags                         = var.tags
}

resource "aws_vpc_security_group_egress_rule" "aws" {
  security_group_id = aws_security_group.this.id
  description       = "AWS by HTTPS"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  tags              = var.tags
}

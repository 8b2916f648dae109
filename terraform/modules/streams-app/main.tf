data "aws_region" "this" {}

locals {
  # One task at a time where there is one: two of the same id would fence each other.
  single = var.instances.count <= 1

  environment = merge({ VERILLM_BOOTSTRAP = var.kafka.bootstrap_brokers, VERILLM_ACCESS = "iam", VERILLM_STATE = "/state" }, var.environment)
}

################################################################################
# Service
################################################################################

resource "aws_ecs_task_definition" "this" {
  family                   = var.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.size.cpu
  memory                   = var.size.memory
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.task.arn
  tags                     = var.tags

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.architecture
  }

  ephemeral_storage {
    size_in_gib = var.size.disk_gib
  }

  volume {
    name = "state"

    dynamic "efs_volume_configuration" {
      for_each = var.durable_state == null ? [] : [var.durable_state]

      content {
        file_system_id     = split("/", efs_volume_configuration.value.file_system_arn)[1]
        transit_encryption = "ENABLED"

        authorization_config {
          access_point_id = split("/", efs_volume_configuration.value.access_point_arn)[1]
          iam             = "ENABLED"
        }
      }
    }
  }

  volume {
    name = "tmp"
  }

  container_definitions = jsonencode([{
    name                   = "app"
    image                  = var.image
    command                = var.command
    essential              = true
    readonlyRootFilesystem = true
    user                   = "65532:65532"
    stopTimeout            = var.stop_timeout
    environment            = [for key, value in local.environment : { name = key, value = value }]
    mountPoints = [
      { sourceVolume = "state", containerPath = "/state", readOnly = false },
      { sourceVolume = "tmp", containerPath = "/tmp", readOnly = false },
    ]
    linuxParameters = { initProcessEnabled = true, capabilities = { drop = ["ALL"] } }
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        "awslogs-group"         = aws_cloudwatch_log_group.this.name
        "awslogs-region"        = data.aws_region.this.id
        "awslogs-stream-prefix" = "app"
      }
    }
  }])
}

resource "aws_ecs_service" "this" {
  name                               = var.name
  cluster                            = var.cluster_arn
  task_definition                    = aws_ecs_task_definition.this.arn
  desired_count                      = var.instances.count
  launch_type                        = "FARGATE"
  deployment_minimum_healthy_percent = local.single ? 0 : 50
  deployment_maximum_percent         = 100
  availability_zone_rebalancing      = "DISABLED"
  enable_execute_command             = false
  enable_ecs_managed_tags            = true
  propagate_tags                     = "SERVICE"
  tags                               = var.tags

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = var.subnet_ids
    security_groups  = [aws_security_group.this.id]
    assign_public_ip = false
  }

  # Without its rights a task fails at once, and the circuit breaker takes that for a bad release.
  depends_on = [aws_iam_role_policy_attachment.task, aws_iam_role_policy.execution]
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

resource "aws_vpc_security_group_egress_rule" "state" {
  count = var.durable_state == null ? 0 : 1

  security_group_id            = aws_security_group.this.id
  description                  = "State by NFS over TLS"
  referenced_security_group_id = var.durable_state.security_group_id
  ip_protocol                  = "tcp"
  from_port                    = 2049
  to_port                      = 2049
  tags                         = var.tags
}

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
      Condition = { StringEquals = { "aws:SourceAccount" = split(":", var.cluster_arn)[4] } }
    }]
  })
}

resource "aws_iam_role" "execution" {
  name               = "${var.name}-execution"
  description        = "Starts tasks of ${var.name}: pulls the image, writes the log"
  assume_role_policy = local.ecs_tasks
  tags               = var.tags
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
  partition      = split(":", var.cluster_arn)[1]
  repository_arn = local.ecr == null ? "arn:${local.partition}:ecr:${data.aws_region.this.id}:${split(":", var.cluster_arn)[4]}:repository/${var.name}" : "arn:${local.partition}:ecr:${local.ecr[1]}:${local.ecr[0]}:repository/${local.ecr[2]}"
}

resource "aws_iam_role" "task" {
  name               = "${var.name}-task"
  description        = "What ${var.name} itself may do"
  assume_role_policy = local.ecs_tasks
  tags               = var.tags
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

resource "aws_iam_role_policy" "state" {
  count = var.durable_state == null ? 0 : 1

  name = "state"
  role = aws_iam_role.task.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OwnFolder"
      Effect    = "Allow"
      Action    = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
      Resource  = [var.durable_state.file_system_arn]
      Condition = { StringEquals = { "elasticfilesystem:AccessPointArn" = var.durable_state.access_point_arn } }
    }]
  })
}

################################################################################
# Log and alarms
################################################################################

resource "aws_cloudwatch_log_group" "this" {
  name              = "/verillm/${var.name}"
  retention_in_days = var.log.retention_days
  kms_key_id        = var.log.kms_key_arn
  tags              = var.tags
}

# By records, not by EstimatedMaxTimeLag: that is the time to work off the lag at the present rate, and an app that does nothing has none.
resource "aws_cloudwatch_metric_alarm" "lag" {
  for_each = toset(var.topics)

  alarm_name          = "${var.name}-lag-${each.key}"
  alarm_description   = "${var.name}: for ${var.lag.minutes} minutes there were always more than ${var.lag.records} records of ${each.key} that nobody had read"
  namespace           = "AWS/Kafka"
  metric_name         = "SumOffsetLag"
  dimensions          = { "Cluster Name" = var.kafka.cluster_name, "Consumer Group" = var.group, "Topic" = each.key }
  statistic           = "Minimum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.lag.records
  period              = 60
  evaluation_periods  = var.lag.minutes
  datapoints_to_alarm = var.lag.minutes
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
  ok_actions          = var.alarm_actions
  tags                = var.tags
}

resource "aws_cloudwatch_metric_alarm" "tasks" {
  alarm_name          = "${var.name}-tasks"
  alarm_description   = "${var.name}: fewer than ${var.instances.count} tasks run"
  namespace           = "ECS/ContainerInsights"
  metric_name         = "RunningTaskCount"
  dimensions          = { ClusterName = split("/", var.cluster_arn)[1], ServiceName = aws_ecs_service.this.name }
  statistic           = "Minimum"
  comparison_operator = "LessThanThreshold"
  threshold           = var.instances.count
  period              = 60
  evaluation_periods  = 10
  datapoints_to_alarm = 10
  treat_missing_data  = var.instances.count == 0 ? "notBreaching" : "breaching"
  alarm_actions       = var.alarm_actions
  ok_actions          = var.alarm_actions
  tags                = var.tags
}

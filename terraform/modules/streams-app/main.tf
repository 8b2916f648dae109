locals {
  # One task at a time where there is one: two of the same id would fence each other.
  single = var.instances.count <= 1
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
  execution_role_arn       = module.program.execution_role_arn
  task_role_arn            = module.program.task_role_arn
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

  container_definitions = jsonencode([module.program.container])
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
    security_groups  = [module.program.security_group_id]
    assign_public_ip = false
  }

  # Without its rights a task fails at once, and the circuit breaker takes that for a bad release.
  depends_on = [module.program]
}

################################################################################
# Network
################################################################################

resource "aws_vpc_security_group_egress_rule" "state" {
  count = var.durable_state == null ? 0 : 1

  security_group_id            = module.program.security_group_id
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

module "program" {
  source = "../ecs-program"

  name                     = var.name
  image                    = var.image
  container                = "app"
  command                  = var.command
  environment              = merge({ VERILLM_STATE = "/state" }, var.environment)
  mounts                   = { state = "/state", tmp = "/tmp" }
  stop_timeout             = var.stop_timeout
  kafka                    = var.kafka
  vpc_id                   = var.vpc_id
  log                      = var.log
  policy_arns              = var.policy_arns
  secret_arns              = var.secret_arns
  secrets_kms_key_arns     = var.secrets_kms_key_arns
  permissions_boundary_arn = var.permissions_boundary_arn
  alarm_actions            = var.alarm_actions
  tags                     = var.tags
}

resource "aws_iam_role_policy" "state" {
  count = var.durable_state == null ? 0 : 1

  name = "state"
  role = module.program.task_role_name

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
# Alarms
################################################################################

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

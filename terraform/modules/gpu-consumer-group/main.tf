data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

data "aws_region" "this" {}

locals {
  account   = data.aws_caller_identity.this.account_id
  partition = data.aws_partition.this.partition

  tasks_topic = "verillm.tasks.${var.worker_id}.v1"
  group       = "worker-${var.worker_id}"

  # A model lies on the machine, below its hash, so that the next task of any release finds it there.
  models_dir = "/var/lib/verillm/models"
  model = var.model == null ? {} : {
    VERILLM_MODEL       = "${var.model.name}@${var.model.hash}"
    VERILLM_MODELS_FROM = var.model.from
    VERILLM_MODELS      = "/models"
  }

  flags = var.flags == null ? {} : merge(
    { VERILLM_FLAG_ACCESS = var.flags.access },
    var.flags.prompts == null ? {} : { VERILLM_FLAG_PROMPTS = var.flags.prompts },
  )
}

################################################################################
# Cluster: one for each worker, as a cluster's capacity providers are set as a whole
################################################################################

resource "aws_ecs_cluster" "this" {
  name = var.name
  tags = var.tags

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_ecs_capacity_provider" "this" {
  name = var.name
  tags = var.tags

  auto_scaling_group_provider {
    auto_scaling_group_arn         = aws_autoscaling_group.this.arn
    managed_draining               = "ENABLED"
    managed_termination_protection = "ENABLED"

    managed_scaling {
      status                    = "ENABLED"
      target_capacity           = 100
      minimum_scaling_step_size = 1
      maximum_scaling_step_size = var.scaling.max
      instance_warmup_period    = 300
    }
  }
}

resource "aws_ecs_cluster_capacity_providers" "this" {
  cluster_name       = aws_ecs_cluster.this.name
  capacity_providers = [aws_ecs_capacity_provider.this.name]

  default_capacity_provider_strategy {
    capacity_provider = aws_ecs_capacity_provider.this.name
    weight            = 1
  }
}

################################################################################
# Machines
################################################################################

resource "aws_launch_template" "this" {
  name_prefix            = "${var.name}-"
  description            = "GPU machines of ${var.name}"
  image_id               = "resolve:ssm:${var.instances.image_ssm_parameter}"
  update_default_version = true
  vpc_security_group_ids = [aws_security_group.instance.id]
  tags                   = var.tags

  iam_instance_profile {
    arn = aws_iam_instance_profile.this.arn
  }

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      encrypted             = true
      volume_size           = var.instances.volume_gib
      volume_type           = "gp3"
      delete_on_termination = true
    }
  }

  monitoring {
    enabled = true
  }

  user_data = base64encode(<<-EOT
    #!/bin/bash
    install -d -o 65532 -g 65532 -m 0700 ${local.models_dir}
    cat >> /etc/ecs/ecs.config <<'CONFIG'
    ECS_CLUSTER=${aws_ecs_cluster.this.name}
    ECS_ENABLE_GPU_SUPPORT=true
    ECS_ENABLE_SPOT_INSTANCE_DRAINING=true
    ECS_CONTAINER_STOP_TIMEOUT=${var.stop_timeout}s
    ECS_AWSVPC_BLOCK_IMDS=true
    ECS_IMAGE_PULL_BEHAVIOR=prefer-cached
    CONFIG
  EOT
  )

  dynamic "tag_specifications" {
    for_each = toset(["instance", "volume"])

    content {
      resource_type = tag_specifications.value
      tags          = merge(var.tags, { Name = var.name })
    }
  }
}

resource "aws_autoscaling_group" "this" {
  name                  = var.name
  min_size              = 0
  max_size              = var.scaling.max
  vpc_zone_identifier   = var.subnet_ids
  protect_from_scale_in = true
  # New machines have AWS's newest image: one that runs always would keep its first. ECS drains it before.
  max_instance_lifetime = var.instances.lifetime_days * 86400
  capacity_rebalance    = true
  # Protected machines would hold up the group's own end for ever.
  force_delete = true

  mixed_instances_policy {
    instances_distribution {
      on_demand_allocation_strategy            = "prioritized"
      on_demand_base_capacity                  = var.instances.on_demand_base
      on_demand_percentage_above_base_capacity = var.instances.on_demand_percent
      spot_allocation_strategy                 = "price-capacity-optimized"
    }

    launch_template {
      launch_template_specification {
        launch_template_id = aws_launch_template.this.id
        version            = aws_launch_template.this.latest_version
      }

      dynamic "override" {
        for_each = var.instances.types

        content {
          instance_type = override.value
        }
      }
    }
  }

  # ECS asks for this tag on groups that it scales.
  tag {
    key                 = "AmazonECSManaged"
    value               = "true"
    propagate_at_launch = true
  }

  dynamic "tag" {
    for_each = merge(var.tags, { Name = var.name })

    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = true
    }
  }

  # ECS decides how many machines there are.
  lifecycle {
    ignore_changes = [desired_capacity]
  }
}

################################################################################
# Service
################################################################################

resource "aws_ecs_task_definition" "this" {
  family                   = var.name
  requires_compatibilities = ["EC2"]
  network_mode             = "awsvpc"
  execution_role_arn       = module.program.execution_role_arn
  task_role_arn            = module.program.task_role_arn
  tags                     = var.tags

  volume {
    name = "scratch"

    docker_volume_configuration {
      scope  = "task"
      driver = "local"
    }
  }

  volume {
    name      = "models"
    host_path = local.models_dir
  }

  container_definitions = jsonencode([merge(module.program.container, {
    cpu                  = var.task_size.cpu
    memory               = var.task_size.memory
    resourceRequirements = [{ type = "GPU", value = tostring(var.instances.gpus_per_task) }]
  })])
}

resource "aws_ecs_service" "this" {
  name            = var.name
  cluster         = aws_ecs_cluster.this.arn
  task_definition = aws_ecs_task_definition.this.arn
  # One that will rest comes once first: it registers on the log, and its stake is paid.
  desired_count = max(1, var.scaling.min)
  # GPUs are scarce: a new release waits for the old one's machine instead of asking for a second.
  deployment_minimum_healthy_percent = 0
  deployment_maximum_percent         = 100
  availability_zone_rebalancing      = "DISABLED"
  enable_execute_command             = false
  enable_ecs_managed_tags            = true
  propagate_tags                     = "SERVICE"
  tags                               = var.tags

  capacity_provider_strategy {
    capacity_provider = aws_ecs_capacity_provider.this.name
    weight            = 1
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = var.subnet_ids
    security_groups  = concat([module.program.security_group_id], var.kafka.client_security_group_id == null ? [] : [var.kafka.client_security_group_id])
    assign_public_ip = false
  }

  # The scaling below decides how many consumers there are.
  lifecycle {
    ignore_changes = [desired_count]
  }

  depends_on = [aws_ecs_cluster_capacity_providers.this, module.program]
}

################################################################################
# Scaling, between what is always there, which may be nothing, and what partitions allow
################################################################################

locals {
  scales = toset(var.scaling.max > var.scaling.min ? ["this"] : [])
  rests  = toset(var.scaling.min == 0 ? ["this"] : [])
  stays  = setsubtract(local.scales, local.rests)
}

# Always there: it moves a service whose count lies outside of its bounds into them, so one at rest comes where `min` is raised.
resource "aws_appautoscaling_target" "this" {
  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = "service/${aws_ecs_cluster.this.name}/${aws_ecs_service.this.name}"
  min_capacity       = var.scaling.min
  max_capacity       = var.scaling.max
  tags               = var.tags
}

moved {
  from = aws_appautoscaling_target.this["this"]
  to   = aws_appautoscaling_target.this
}

resource "aws_appautoscaling_policy" "out" {
  for_each = local.scales

  name               = "${var.name}-out"
  policy_type        = "StepScaling"
  service_namespace  = aws_appautoscaling_target.this.service_namespace
  scalable_dimension = aws_appautoscaling_target.this.scalable_dimension
  resource_id        = aws_appautoscaling_target.this.resource_id

  step_scaling_policy_configuration {
    # Only ever more: a falling lag says nothing of tasks that are taken and not done, and takes nobody away.
    adjustment_type         = "ChangeInCapacity"
    metric_aggregation_type = "Maximum"
    # A machine takes minutes to start; a second one asked for meanwhile would come too late to help. Where one is all, a wake that was undone is repeated.
    cooldown = var.scaling.max > 1 ? 300 : 60

    step_adjustment {
      scaling_adjustment          = 1
      metric_interval_lower_bound = 0
    }
  }
}

resource "aws_appautoscaling_policy" "in" {
  for_each = local.scales

  name               = "${var.name}-in"
  policy_type        = "StepScaling"
  service_namespace  = aws_appautoscaling_target.this.service_namespace
  scalable_dimension = aws_appautoscaling_target.this.scalable_dimension
  resource_id        = aws_appautoscaling_target.this.resource_id

  step_scaling_policy_configuration {
    adjustment_type         = "ExactCapacity"
    metric_aggregation_type = "Maximum"
    cooldown                = 60

    step_adjustment {
      scaling_adjustment          = var.scaling.min
      metric_interval_upper_bound = 0
    }
  }
}

locals {
  lag_dimensions = {
    "Cluster Name"   = var.kafka.cluster_name
    "Consumer Group" = local.group
    "Topic"          = local.tasks_topic
  }
}

# A group without committed offsets has no metric: `topics apply --seed-offsets` writes them.
resource "aws_cloudwatch_metric_alarm" "out" {
  for_each = local.scales

  alarm_name          = "${var.name}-out"
  alarm_description   = "${var.name}: more than ${var.scaling.lag_max} tasks wait"
  namespace           = "AWS/Kafka"
  metric_name         = "SumOffsetLag"
  dimensions          = local.lag_dimensions
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.scaling.lag_max
  period              = 60
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_appautoscaling_policy.out[each.key].arn]
  tags                = var.tags
}

locals {
  backlog_dimensions = var.backlog == null ? {} : { Log = var.backlog.log, Model = var.backlog.model }
  service_dimensions = { ClusterName = aws_ecs_cluster.this.name, ServiceName = aws_ecs_service.this.name }
}

# By what is open and not by what waits: a request for which enough workers are awake does not wait, and one person's workers that never rest would be its author and its whole committee.
# And by its own tasks: who died without a word is ready on the log, is given tasks that do not wait, and would lose stake by each. One minute of five, as lag comes late, and until then reads as 0.
resource "aws_cloudwatch_metric_alarm" "wake" {
  for_each = local.rests

  alarm_name          = "${var.name}-wake"
  alarm_description   = "${var.name}: requests are open for workers of ${try(var.backlog.model, "")}, or tasks for this one"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 5
  datapoints_to_alarm = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_appautoscaling_policy.out[each.key].arn]
  tags                = var.tags

  metric_query {
    id          = "asked"
    expression  = "FILL(open, 0) + FILL(lag, 0)"
    label       = "requests, tasks"
    return_data = true
  }

  metric_query {
    id = "open"

    metric {
      namespace   = "VeriLLM"
      metric_name = "OpenRequests"
      dimensions  = local.backlog_dimensions
      period      = 60
      stat        = "Maximum"
    }
  }

  metric_query {
    id = "lag"

    metric {
      namespace   = "AWS/Kafka"
      metric_name = "SumOffsetLag"
      dimensions  = local.lag_dimensions
      period      = 60
      stat        = "Maximum"
    }
  }
}

# Of several coordinators each says what its shards know, and how many do not know yet: without these the zeros of one would stand for all. Where it says nothing there must be no point, or its silence would send workers away: a sum takes a missing figure for 0, but a quotient by nothing is no point. Lag comes minutes later: a minute without it must not keep the alarm as it stands,
# which is ALARM at rest, where it would undo each wake. The other minutes have it.
resource "aws_cloudwatch_metric_alarm" "rest" {
  for_each = local.rests

  alarm_name          = "${var.name}-rest"
  alarm_description   = "${var.name}: for ${var.scaling.idle_minutes} minutes no request was open, nobody owed a flag and no task waited"
  comparison_operator = "LessThanOrEqualToThreshold"
  threshold           = 0
  evaluation_periods  = var.scaling.idle_minutes
  datapoints_to_alarm = var.scaling.idle_minutes
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_appautoscaling_policy.in[each.key].arn]
  tags                = var.tags

  metric_query {
    id          = "work"
    expression  = "(open + owing + unknown + FILL(lag, 0)) / said"
    label       = "requests, workers that owe, shards that nobody speaks for, tasks"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { open = "OpenRequests", owing = "OwingWorkers", unknown = "UnknownShards" }

    content {
      id = metric_query.key

      metric {
        namespace   = "VeriLLM"
        metric_name = metric_query.value
        dimensions  = local.backlog_dimensions
        period      = 60
        stat        = "Maximum"
      }
    }
  }

  # How often the coordinator spoke in the minute.
  metric_query {
    id = "said"

    metric {
      namespace   = "VeriLLM"
      metric_name = "UnknownShards"
      dimensions  = local.backlog_dimensions
      period      = 60
      stat        = "SampleCount"
    }
  }

  metric_query {
    id = "lag"

    metric {
      namespace   = "AWS/Kafka"
      metric_name = "SumOffsetLag"
      dimensions  = local.lag_dimensions
      period      = 60
      stat        = "Maximum"
    }
  }
}

# No lag says that nothing waits, not that nothing is in hand: a consumer at work protects its own task, and what the worker owes any consumer can answer.
resource "aws_cloudwatch_metric_alarm" "in" {
  for_each = local.stays

  alarm_name          = "${var.name}-in"
  alarm_description   = "${var.name}: no task waited for ${var.scaling.idle_minutes} minutes"
  namespace           = "AWS/Kafka"
  metric_name         = "SumOffsetLag"
  dimensions          = local.lag_dimensions
  statistic           = "Maximum"
  comparison_operator = "LessThanOrEqualToThreshold"
  threshold           = 0
  period              = 60
  evaluation_periods  = var.scaling.idle_minutes
  datapoints_to_alarm = var.scaling.idle_minutes
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_appautoscaling_policy.in[each.key].arn]
  tags                = var.tags
}

################################################################################
# Alarms
################################################################################

# By records, not by EstimatedMaxTimeLag: that is the time to work off the lag at the present rate, and a consumer that does nothing has none.
resource "aws_cloudwatch_metric_alarm" "stuck" {
  alarm_name          = "${var.name}-stuck"
  alarm_description   = "${var.name}: for half an hour there was always a task that nobody had finished taking"
  namespace           = "AWS/Kafka"
  metric_name         = "SumOffsetLag"
  dimensions          = local.lag_dimensions
  statistic           = "Minimum"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  period              = 300
  evaluation_periods  = 6
  datapoints_to_alarm = 6
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
  ok_actions          = var.alarm_actions
  tags                = var.tags
}

resource "aws_cloudwatch_metric_alarm" "tasks" {
  count = var.scaling.min > 0 ? 1 : 0

  alarm_name          = "${var.name}-tasks"
  alarm_description   = "${var.name}: fewer than ${var.scaling.min} consumers run for a quarter of an hour: no machine can be had, or the program does not start"
  namespace           = "ECS/ContainerInsights"
  metric_name         = "RunningTaskCount"
  dimensions          = local.service_dimensions
  statistic           = "Minimum"
  comparison_operator = "LessThanThreshold"
  threshold           = var.scaling.min
  period              = 60
  evaluation_periods  = 15
  datapoints_to_alarm = 15
  treat_missing_data  = "breaching"
  alarm_actions       = var.alarm_actions
  ok_actions          = var.alarm_actions
  tags                = var.tags
}

resource "aws_cloudwatch_metric_alarm" "start" {
  for_each = local.rests

  alarm_name          = "${var.name}-start"
  alarm_description   = "${var.name}: a consumer is wanted and does not run for ten minutes of fifteen: no machine can be had, or the program does not start"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 15
  datapoints_to_alarm = 10
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
  ok_actions          = var.alarm_actions
  tags                = var.tags

  metric_query {
    id          = "missing"
    expression  = "FILL(wanted, 0) - FILL(running, 0)"
    label       = "consumers that are wanted and do not run"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { wanted = "DesiredTaskCount", running = "RunningTaskCount" }

    content {
      id = metric_query.key

      metric {
        namespace   = "ECS/ContainerInsights"
        metric_name = metric_query.value
        dimensions  = local.service_dimensions
        period      = 60
        stat        = "Minimum"
      }
    }
  }
}

################################################################################
# Network
################################################################################

resource "aws_security_group" "instance" {
  name_prefix = "${var.name}-machine-"
  description = "Machines of ${var.name}"
  vpc_id      = var.vpc_id
  tags        = merge(var.tags, { Name = "${var.name}-machine" })

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "instance" {
  security_group_id = aws_security_group.instance.id
  description       = "AWS by HTTPS"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  tags              = var.tags
}

################################################################################
# Rights
################################################################################

module "program" {
  source = "../ecs-program"

  alarm_actions            = var.alarm_actions
  name                     = var.name
  image                    = var.image
  container                = "worker"
  command                  = var.command
  environment              = merge(local.model, local.flags, var.environment)
  mounts                   = { scratch = "/tmp", models = "/models" }
  stop_timeout             = var.stop_timeout
  kafka                    = var.kafka
  vpc_id                   = var.vpc_id
  log                      = var.log
  policy_arns              = var.policy_arns
  secret_arns              = var.secret_arns
  secrets_kms_key_arns     = var.secrets_kms_key_arns
  permissions_boundary_arn = var.permissions_boundary_arn
  tags                     = var.tags
}

# The consumer protects its task from scale-in while it has work.
resource "aws_iam_role_policy" "protect" {
  name = "protect"
  role = module.program.task_role_name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "ProtectOwnTask"
      Effect   = "Allow"
      Action   = ["ecs:GetTaskProtection", "ecs:UpdateTaskProtection"]
      Resource = ["arn:${local.partition}:ecs:${data.aws_region.this.id}:${local.account}:task/${var.name}/*"]
    }]
  })
}

resource "aws_iam_role" "instance" {
  name        = "${var.name}-machine"
  description = "Machines of ${var.name}: their ECS agent"
  tags        = var.tags

  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Machines"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "instance" {
  name = "agent"
  role = aws_iam_role.instance.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "OwnCluster"
        Effect = "Allow"
        Action = [
          "ecs:DeregisterContainerInstance", "ecs:Poll", "ecs:RegisterContainerInstance", "ecs:StartTelemetrySession", "ecs:Submit*",
          "ecs:UpdateContainerInstancesState",
        ]
        Resource = [
          "arn:${local.partition}:ecs:${data.aws_region.this.id}:${local.account}:cluster/${var.name}",
          "arn:${local.partition}:ecs:${data.aws_region.this.id}:${local.account}:container-instance/${var.name}/*",
        ]
      },
      {
        # Knows no resource.
        Sid      = "FindTheEndpoint"
        Effect   = "Allow"
        Action   = ["ecs:DiscoverPollEndpoint"]
        Resource = ["*"]
      },
    ]
  })
}

resource "aws_iam_instance_profile" "this" {
  name = "${var.name}-machine"
  role = aws_iam_role.instance.name
  tags = var.tags
}

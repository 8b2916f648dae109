data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

data "aws_region" "this" {}

locals {
  account = data.aws_caller_identity.this.account_id
  region  = data.aws_region.this.id
  brokers = [for broker in range(1, var.kafka.brokers + 1) : tostring(broker)]
  tellers = concat(["cloudwatch.amazonaws.com"], var.budget == null ? [] : ["budgets.amazonaws.com"])
}

################################################################################
# Who is told
################################################################################

resource "aws_kms_key" "this" {
  description             = "Alarms of ${var.name}"
  enable_key_rotation     = true
  deletion_window_in_days = 7
  tags                    = var.tags

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "RightsByIam"
        Effect    = "Allow"
        Principal = { AWS = "arn:${data.aws_partition.this.partition}:iam::${local.account}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        Sid       = "Alarms"
        Effect    = "Allow"
        Principal = { Service = local.tellers }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey*"]
        Resource  = "*"
        Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
      },
    ]
  })
}

resource "aws_sns_topic" "this" {
  name              = "${var.name}-alarms"
  kms_master_key_id = aws_kms_key.this.arn
  tags              = var.tags
}

resource "aws_sns_topic_policy" "this" {
  arn = aws_sns_topic.this.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Alarms"
      Effect    = "Allow"
      Principal = { Service = local.tellers }
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.this.arn
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }]
  })
}

resource "aws_sns_topic_subscription" "this" {
  for_each = var.subscriptions

  topic_arn = aws_sns_topic.this.arn
  protocol  = each.value.protocol
  endpoint  = each.value.endpoint
}

################################################################################
# Alarms over the whole
################################################################################

locals {
  rates = var.kafka.brokers == 0 ? {} : merge(
    {
      # The metric is a mean, which falls towards zero and need not reach it: one record begins at some bytes a second.
      dead_letters = {
        topic       = "verillm.dead-letters.v1", comparison = "GreaterThanThreshold", threshold = 0.1, minutes = 5, of_them = 1, on_missing = "notBreaching"
        description = "records that did not count: look at their reason with the operator's role"
      }
    },
    # An idle log has one seal of some hundred bytes in ten seconds. Before the log is founded nobody seals.
    !var.kafka.sealed ? {} : {
      stalled = {
        topic       = "verillm.seals.v1", comparison = "LessThanThreshold", threshold = 5, minutes = var.stalled_minutes, of_them = var.stalled_minutes, on_missing = "breaching"
        description = "no seals: the sealer is down, or a named witness does not cosign, and nothing is decided"
      }
    },
  )
}

# MSK counts a topic's bytes by broker, at its free level too, so the topic's rate is the sum over all.
resource "aws_cloudwatch_metric_alarm" "rate" {
  for_each = local.rates

  alarm_name          = "${var.name}-${replace(each.key, "_", "-")}"
  alarm_description   = "${var.name}: ${each.value.description}"
  comparison_operator = each.value.comparison
  threshold           = each.value.threshold
  evaluation_periods  = each.value.minutes
  datapoints_to_alarm = each.value.of_them
  treat_missing_data  = each.value.on_missing
  alarm_actions       = [aws_sns_topic.this.arn]
  ok_actions          = [aws_sns_topic.this.arn]
  tags                = var.tags

  metric_query {
    id          = "rate"
    expression  = "SUM([${join(", ", [for broker in local.brokers : "FILL(b${broker}, 0)"])}])"
    label       = "bytes a second"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = toset(local.brokers)

    content {
      id = "b${metric_query.value}"

      metric {
        namespace   = "AWS/Kafka"
        metric_name = "BytesInPerSec"
        dimensions  = { "Cluster Name" = var.kafka.cluster_name, "Broker ID" = metric_query.value, "Topic" = each.value.topic }
        period      = 60
        stat        = "Average"
      }
    }
  }
}

################################################################################
# Requests and the workers that they wait for, by the coordinator's figures
################################################################################

locals {
  waits = var.backlog == null ? {} : { for model in var.backlog.models : model => { Log = var.backlog.log, Model = model } }
  # A parameter of the log: every model's line has it.
  rests = try(var.backlog.rests, false) ? slice(sort(keys(local.waits)), 0, 1) : []

  figures = { for metric in ["OpenRequests", "WaitingRequests", "OwingWorkers", "OldestWaitSeconds"] : metric => [
    for model in sort(keys(local.waits)) : ["VeriLLM", metric, "Log", var.backlog.log, "Model", model]
  ] }
}

resource "aws_cloudwatch_metric_alarm" "waiting" {
  for_each = local.waits

  alarm_name          = "${var.name}-waiting-${each.key}"
  alarm_description   = "${var.name}: a request for ${each.key} has waited ${var.backlog.wait_seconds} seconds for workers: too few come, or too few have free stake"
  namespace           = "VeriLLM"
  metric_name         = "OldestWaitSeconds"
  dimensions          = each.value
  statistic           = "Maximum"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = var.backlog.wait_seconds
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.this.arn]
  ok_actions          = [aws_sns_topic.this.arn]
  tags                = var.tags
}

# Without it the worker that wakes first would be the author, and the others its committee too late.
resource "aws_cloudwatch_metric_alarm" "impatient" {
  for_each = toset(local.rests)

  alarm_name          = "${var.name}-impatient"
  alarm_description   = "${var.name}: workers rest, and the log lets no request wait for them: `./verillm duties --worker-wait SECONDS` does"
  namespace           = "VeriLLM"
  metric_name         = "WorkerWaitSeconds"
  dimensions          = local.waits[each.key]
  statistic           = "Maximum"
  comparison_operator = "LessThanOrEqualToThreshold"
  threshold           = 0
  period              = 60
  evaluation_periods  = 15
  datapoints_to_alarm = 15
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.this.arn]
  ok_actions          = [aws_sns_topic.this.arn]
  tags                = var.tags
}

################################################################################
# What a month may cost
################################################################################

# By the tag `project`, which has to be activated as a cost allocation tag in the account's billing.
resource "aws_budgets_budget" "this" {
  count = var.budget == null ? 0 : 1

  name         = var.name
  budget_type  = "COST"
  time_unit    = "MONTHLY"
  limit_unit   = "USD"
  limit_amount = tostring(var.budget.dollars)
  tags         = var.tags

  cost_filter {
    name   = "TagKeyValue"
    values = [format("user:project$%s", var.budget.project)]
  }

  dynamic "notification" {
    for_each = { ACTUAL = 80, FORECASTED = 100 }

    content {
      notification_type         = notification.key
      comparison_operator       = "GREATER_THAN"
      threshold                 = notification.value
      threshold_type            = "PERCENTAGE"
      subscriber_sns_topic_arns = [aws_sns_topic.this.arn]
    }
  }

  depends_on = [aws_sns_topic_policy.this]
}

################################################################################
# Dashboard
################################################################################

locals {
  pairs = flatten([for group, topics in var.groups : [for topic in topics : { group = group, topic = topic }]])

  lag = { for metric in ["SumOffsetLag", "EstimatedMaxTimeLag"] : metric => [
    for pair in local.pairs : ["AWS/Kafka", metric, "Cluster Name", var.kafka.cluster_name, "Consumer Group", pair.group, "Topic", pair.topic]
  ] }

  watched = flatten([for topic in ["verillm.seals.v1", "verillm.dead-letters.v1"] : [for broker in local.brokers : { topic = topic, broker = broker }]])

  alarm_arns = concat(
    [for alarm in aws_cloudwatch_metric_alarm.rate : alarm.arn],
    [for alarm in aws_cloudwatch_metric_alarm.waiting : alarm.arn],
    [for alarm in aws_cloudwatch_metric_alarm.impatient : alarm.arn],
    var.alarm_arns,
  )

  panels = [for panel in [
    { title = "Lag, records", stat = "Maximum", metrics = local.lag["SumOffsetLag"] },
    { title = "Time to work off the lag, seconds", stat = "Maximum", metrics = local.lag["EstimatedMaxTimeLag"] },
    { title = "Requests open and waiting for workers, workers that owe", stat = "Maximum", metrics = concat(local.figures["OpenRequests"], local.figures["WaitingRequests"], local.figures["OwingWorkers"]) },
    { title = "Longest wait for workers, seconds", stat = "Maximum", metrics = local.figures["OldestWaitSeconds"] },
    { title = "Running tasks", stat = "Average", metrics = [for service in var.services : ["ECS/ContainerInsights", "RunningTaskCount", "ClusterName", service.cluster, "ServiceName", service.service]] },
    { title = "CPU of services, percent", stat = "Average", metrics = [for service in var.services : ["AWS/ECS", "CPUUtilization", "ClusterName", service.cluster, "ServiceName", service.service]] },
    { title = "CPU of brokers, percent", stat = "Average", metrics = [for broker in local.brokers : ["AWS/Kafka", "CpuUser", "Cluster Name", var.kafka.cluster_name, "Broker ID", broker]] },
    { title = "Bytes in, by broker", stat = "Average", metrics = [for broker in local.brokers : ["AWS/Kafka", "BytesInPerSec", "Cluster Name", var.kafka.cluster_name, "Broker ID", broker]] },
    { title = "Seals and dead letters, bytes a second", stat = "Average", metrics = [for watched in local.watched : ["AWS/Kafka", "BytesInPerSec", "Cluster Name", var.kafka.cluster_name, "Broker ID", watched.broker, "Topic", watched.topic]] },
    { title = "Intake, requests", stat = "Sum", metrics = var.intake == null ? [] : [["AWS/ApiGateway", "Count", "ApiId", var.intake.api_id], ["AWS/ApiGateway", "4xx", "ApiId", var.intake.api_id], ["AWS/ApiGateway", "5xx", "ApiId", var.intake.api_id], ["AWS/Lambda", "Throttles", "FunctionName", var.intake.function_name]] },
  ] : panel if length(panel.metrics) > 0]
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name

  dashboard_body = jsonencode({
    widgets = concat(
      [for index, panel in local.panels : {
        type   = "metric"
        x      = (index % 2) * 12
        y      = floor(index / 2) * 6
        width  = 12
        height = 6
        properties = {
          title   = panel.title
          region  = local.region
          view    = "timeSeries"
          stat    = panel.stat
          period  = 60
          metrics = panel.metrics
        }
      }],
      # A panel shows 100 alarms at most.
      [for index, arns in chunklist(local.alarm_arns, 100) : {
        type       = "alarm"
        x          = 0
        y          = ceil(length(local.panels) / 2) * 6 + index * 4
        width      = 24
        height     = 4
        properties = { title = "Alarms", alarms = arns }
      }],
    )
  })
}

data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

data "aws_region" "this" {}

locals {
  account = data.aws_caller_identity.this.account_id
  region  = data.aws_region.this.id
  brokers = [for broker in range(1, var.kafka.brokers + 1) : tostring(broker)]
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
        Principal = { Service = "cloudwatch.amazonaws.com" }
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
      Principal = { Service = "cloudwatch.amazonaws.com" }
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
  rates = var.kafka.brokers == 0 ? {} : {
    dead_letters = {
      topic       = "verillm.dead-letters.v1", comparison = "GreaterThanThreshold", threshold = 0, minutes = 5, of_them = 1, on_missing = "notBreaching"
      description = "records that did not count: look at their reason with the operator's role"
    }
    # An idle log has one seal in ten seconds. The metric is a mean, which falls towards zero and need not reach it.
    stalled = {
      topic       = "verillm.seals.v1", comparison = "LessThanThreshold", threshold = 0.05, minutes = var.stalled_minutes, of_them = var.stalled_minutes, on_missing = "breaching"
      description = "no seals: the sealer is down, or a named witness does not cosign, and nothing is decided"
    }
  }
}

# MSK counts records by broker, so the topic's rate is the sum over all.
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
    label       = "records a second"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = toset(local.brokers)

    content {
      id = "b${metric_query.value}"

      metric {
        namespace   = "AWS/Kafka"
        metric_name = "MessagesInPerSec"
        dimensions  = { "Cluster Name" = var.kafka.cluster_name, "Broker ID" = metric_query.value, "Topic" = each.value.topic }
        period      = 60
        stat        = "Average"
      }
    }
  }
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

  alarm_arns = concat([for alarm in aws_cloudwatch_metric_alarm.rate : alarm.arn], var.alarm_arns)

  panels = [for panel in [
    { title = "Lag, records", stat = "Maximum", metrics = local.lag["SumOffsetLag"] },
    { title = "Time to work off the lag, seconds", stat = "Maximum", metrics = local.lag["EstimatedMaxTimeLag"] },
    { title = "Running tasks", stat = "Average", metrics = [for service in var.services : ["ECS/ContainerInsights", "RunningTaskCount", "ClusterName", service.cluster, "ServiceName", service.service]] },
    { title = "CPU of services, percent", stat = "Average", metrics = [for service in var.services : ["AWS/ECS", "CPUUtilization", "ClusterName", service.cluster, "ServiceName", service.service]] },
    { title = "CPU of brokers, percent", stat = "Average", metrics = [for broker in local.brokers : ["AWS/Kafka", "CpuUser", "Cluster Name", var.kafka.cluster_name, "Broker ID", broker]] },
    { title = "Bytes in, by broker", stat = "Average", metrics = [for broker in local.brokers : ["AWS/Kafka", "BytesInPerSec", "Cluster Name", var.kafka.cluster_name, "Broker ID", broker]] },
    { title = "Seals and dead letters, records a second", stat = "Average", metrics = [for watched in local.watched : ["AWS/Kafka", "MessagesInPerSec", "Cluster Name", var.kafka.cluster_name, "Broker ID", watched.broker, "Topic", watched.topic]] },
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

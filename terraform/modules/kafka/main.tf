locals {
  express = startswith(var.broker.instance_type, "express.")

  # Express brokers fix replication at three with two in sync and refuse to hear of it.
  durable = local.express ? {} : {
    "default.replication.factor"     = "3"
    "min.insync.replicas"            = "2"
    "unclean.leader.election.enable" = "false"
  }

  server_properties = merge(var.server_properties, local.durable, {
    "allow.everyone.if.no.acl.found" = tostring(var.open_without_acl)
    "auto.create.topics.enable"      = "false"
    "message.max.bytes"              = tostring(var.record_bytes_max)
    "offsets.retention.minutes"      = tostring(var.offsets_retention_days * 24 * 60)
  })

  ports = {
    iam   = 9098
    scram = 9096
  }

  volume_gib = local.express ? null : coalesce(var.broker.volume_gib, 250)
}

################################################################################
# Cluster
################################################################################

resource "aws_msk_configuration" "this" {
  name              = "${var.name}-${replace(var.kafka_version, ".", "-")}"
  description       = "Broker settings of ${var.name}"
  kafka_versions    = [var.kafka_version]
  server_properties = join("\n", [for key, value in local.server_properties : "${key}=${value}"])

  # Another Kafka version needs another configuration, and a cluster refuses to lose the one it runs on.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_msk_cluster" "this" {
  cluster_name           = var.name
  kafka_version          = var.kafka_version
  number_of_broker_nodes = var.broker.count
  enhanced_monitoring    = var.enhanced_monitoring
  storage_mode           = local.express ? null : (var.broker.tiered_storage ? "TIERED" : "LOCAL")

  broker_node_group_info {
    instance_type   = var.broker.instance_type
    client_subnets  = var.subnet_ids
    security_groups = [aws_security_group.this.id]

    connectivity_info {
      public_access {
        type = "DISABLED"
      }
    }

    dynamic "storage_info" {
      for_each = local.express ? [] : [local.volume_gib]

      content {
        ebs_storage_info {
          volume_size = storage_info.value
        }
      }
    }
  }

  client_authentication {
    unauthenticated = false

    sasl {
      iam   = var.authentication.iam
      scram = var.authentication.scram
    }
  }

  configuration_info {
    arn      = aws_msk_configuration.this.arn
    revision = aws_msk_configuration.this.latest_revision
  }

  encryption_info {
    encryption_at_rest_kms_key_arn = local.kms_key_arn

    encryption_in_transit {
      client_broker = "TLS"
      in_cluster    = true
    }
  }

  dynamic "logging_info" {
    for_each = aws_cloudwatch_log_group.this

    content {
      broker_logs {
        cloudwatch_logs {
          enabled   = true
          log_group = logging_info.value.name
        }
      }
    }
  }

  tags = var.tags

  lifecycle {
    # Volumes grow by themselves, and no volume shrinks.
    ignore_changes = [broker_node_group_info[0].storage_info]
    # Another name, key or subnet would replace the cluster, and the log would end. The page operations says how to take it down.
    prevent_destroy = true
  }
}

################################################################################
# Storage: volumes of Standard brokers grow as the log does
################################################################################

locals {
  grows = toset(local.express ? [] : ["this"])
}

resource "aws_appautoscaling_target" "this" {
  for_each = local.grows

  service_namespace  = "kafka"
  scalable_dimension = "kafka:broker-storage:VolumeSize"
  resource_id        = aws_msk_cluster.this.arn
  min_capacity       = 1
  max_capacity       = var.broker.volume_gib_max
  tags               = var.tags
}

resource "aws_appautoscaling_policy" "this" {
  for_each = local.grows

  name               = "${var.name}-kafka-storage"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.this[each.key].service_namespace
  scalable_dimension = aws_appautoscaling_target.this[each.key].scalable_dimension
  resource_id        = aws_appautoscaling_target.this[each.key].resource_id

  target_tracking_scaling_policy_configuration {
    # Below the alarm: that one is for a volume that grows too slowly, or no more.
    target_value     = var.alarms.disk_percent - 10
    disable_scale_in = true

    predefined_metric_specification {
      predefined_metric_type = "KafkaBrokerStorageUtilization"
    }
  }
}

################################################################################
# Encryption
################################################################################

locals {
  kms_key_arn = var.kms_key_arn != null ? var.kms_key_arn : aws_kms_key.this[0].arn
}

resource "aws_kms_key" "this" {
  count = var.kms_key_arn == null ? 1 : 0

  description             = "Data at rest of the Kafka cluster ${var.name}"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  tags                    = var.tags

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_kms_alias" "this" {
  count = var.kms_key_arn == null ? 1 : 0

  name          = "alias/${var.name}-kafka"
  target_key_id = aws_kms_key.this[0].key_id
}

################################################################################
# Network
################################################################################

resource "aws_security_group" "this" {
  name_prefix = "${var.name}-kafka-"
  description = "Brokers of ${var.name}"
  vpc_id      = var.vpc_id
  tags        = merge(var.tags, { Name = "${var.name}-kafka" })

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  for_each = var.clients

  security_group_id            = aws_security_group.this.id
  description                  = "${each.key} with ${each.value.authentication}"
  referenced_security_group_id = each.value.security_group_id
  cidr_ipv4                    = each.value.cidr_ipv4
  ip_protocol                  = "tcp"
  from_port                    = local.ports[each.value.authentication]
  to_port                      = local.ports[each.value.authentication]
  tags                         = var.tags
}

################################################################################
# Logs
################################################################################

resource "aws_cloudwatch_log_group" "this" {
  count = local.express ? 0 : 1

  name              = "/verillm/${var.name}/brokers"
  retention_in_days = var.log.retention_days
  kms_key_id        = var.log.kms_key_arn
  tags              = var.tags
}

################################################################################
# Alarms
################################################################################

locals {
  cluster_alarms = merge(
    {
      no_controller = {
        metric     = "ActiveControllerCount", statistic = "Maximum", comparison = "LessThanThreshold"
        threshold  = 1
        complaint  = "no broker is the controller: nothing can be created, and no leader elected"
        on_missing = "breaching"
      }
    },
    local.express ? {} : {
      offline_partitions = {
        metric     = "OfflinePartitionsCount", statistic = "Maximum", comparison = "GreaterThanThreshold"
        threshold  = 0
        complaint  = "partitions without a leader: their shards stand still"
        on_missing = "notBreaching"
      }
    },
  )

  broker_metrics = merge(
    {
      connections = { metric = "ConnectionCount", statistic = "Maximum", threshold = var.alarms.connections, complaint = "connections pile up" }
    },
    local.express ? {
      produce_throttled = { metric = "ProduceThrottleTime", statistic = "Average", threshold = 0, complaint = "producers are being throttled: the broker is too small" }
      fetch_throttled   = { metric = "FetchThrottleTime", statistic = "Average", threshold = 0, complaint = "consumers are being throttled: the broker is too small" }
      } : {
      disk             = { metric = "KafkaDataLogsDiskUsed", statistic = "Maximum", threshold = var.alarms.disk_percent, complaint = "the volume fills up and does not grow: raise broker.volume_gib_max, the journal is kept for ever" }
      heap             = { metric = "HeapMemoryAfterGC", statistic = "Maximum", threshold = var.alarms.heap_percent, complaint = "heap stays full after collection: too many partitions or open transactions" }
      under_replicated = { metric = "UnderReplicatedPartitions", statistic = "Maximum", threshold = 0, complaint = "replicas lag: one more failure stops writes" }
      under_min_isr    = { metric = "UnderMinIsrPartitionCount", statistic = "Maximum", threshold = 0, complaint = "partitions refuse writes" }
    },
  )

  broker_alarms = merge([
    for broker in range(1, var.broker.count + 1) : {
      for name, alarm in local.broker_metrics : "${name}-${broker}" => merge(alarm, { broker = tostring(broker) })
    }
  ]...)
}

resource "aws_cloudwatch_metric_alarm" "cluster" {
  for_each = local.cluster_alarms

  alarm_name          = "${var.name}-kafka-${replace(each.key, "_", "-")}"
  alarm_description   = "${var.name}: ${each.value.complaint}"
  namespace           = "AWS/Kafka"
  metric_name         = each.value.metric
  dimensions          = { "Cluster Name" = aws_msk_cluster.this.cluster_name }
  statistic           = each.value.statistic
  comparison_operator = each.value.comparison
  threshold           = each.value.threshold
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 5
  treat_missing_data  = each.value.on_missing
  alarm_actions       = var.alarms.actions
  ok_actions          = var.alarms.actions
  tags                = var.tags
}

resource "aws_cloudwatch_metric_alarm" "broker" {
  for_each = local.broker_alarms

  alarm_name          = "${var.name}-kafka-${replace(each.key, "_", "-")}"
  alarm_description   = "${var.name}, broker ${each.value.broker}: ${each.value.complaint}"
  namespace           = "AWS/Kafka"
  metric_name         = each.value.metric
  dimensions          = { "Cluster Name" = aws_msk_cluster.this.cluster_name, "Broker ID" = each.value.broker }
  statistic           = each.value.statistic
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  period              = 300
  evaluation_periods  = 3
  datapoints_to_alarm = 3
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarms.actions
  ok_actions          = var.alarms.actions
  tags                = var.tags
}

resource "aws_cloudwatch_metric_alarm" "cpu" {
  for_each = toset([for broker in range(1, var.broker.count + 1) : tostring(broker)])

  alarm_name          = "${var.name}-kafka-cpu-${each.key}"
  alarm_description   = "${var.name}, broker ${each.key}: CPU is above the ${var.alarms.cpu_percent} % up to which a broker can take over a failed neighbour's share"
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.alarms.cpu_percent
  evaluation_periods  = 3
  datapoints_to_alarm = 3
  treat_missing_data  = "missing"
  alarm_actions       = var.alarms.actions
  ok_actions          = var.alarms.actions
  tags                = var.tags

  metric_query {
    id          = "cpu"
    expression  = "user + system"
    label       = "CPU, percent"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { user = "CpuUser", system = "CpuSystem" }

    content {
      id = metric_query.key

      metric {
        namespace   = "AWS/Kafka"
        metric_name = metric_query.value
        dimensions  = { "Cluster Name" = aws_msk_cluster.this.cluster_name, "Broker ID" = each.key }
        period      = 300
        stat        = "Average"
      }
    }
  }
}

data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

data "aws_region" "this" {}

locals {
  account   = data.aws_caller_identity.this.account_id
  partition = data.aws_partition.this.partition
  region    = data.aws_region.this.id

  namespace = "verillm"

  # Names of the catalogue, from which the sink's rights are derived.
  sink = "verillm-iceberg"
}

################################################################################
# Encryption
################################################################################

locals {
  kms_key_arn = var.kms_key_arn != null ? var.kms_key_arn : aws_kms_key.this[0].arn
}

resource "aws_kms_key" "this" {
  count = var.kms_key_arn == null ? 1 : 0

  description             = "Tables and query results of ${var.name}"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  tags                    = var.tags

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "RightsByIam"
        Effect    = "Allow"
        Principal = { AWS = "arn:${local.partition}:iam::${local.account}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        # S3 compacts tables as itself.
        Sid       = "Maintenance"
        Effect    = "Allow"
        Principal = { Service = "maintenance.s3tables.amazonaws.com" }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = "*"
        Condition = { StringLike = { "kms:EncryptionContext:aws:s3:arn" = "arn:${local.partition}:s3tables:${local.region}:${local.account}:bucket/${var.name}-tables/*" } }
      },
    ]
  })
}

resource "aws_kms_alias" "this" {
  count = var.kms_key_arn == null ? 1 : 0

  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.this[0].key_id
}

################################################################################
# Tables
################################################################################

resource "aws_s3tables_table_bucket" "this" {
  name = "${var.name}-tables"

  encryption_configuration = {
    sse_algorithm = "aws:kms"
    kms_key_arn   = local.kms_key_arn
  }
}

# The tables themselves are made by the sink, from the events' schemas: provider 5 cannot say what columns one has.
resource "aws_s3tables_namespace" "this" {
  namespace        = local.namespace
  table_bucket_arn = aws_s3tables_table_bucket.this.arn
}

################################################################################
# Sink
################################################################################

resource "aws_mskconnect_custom_plugin" "this" {
  name         = "${var.name}-${substr(sha256("${var.plugin.key}${var.plugin.object_version}"), 0, 8)}"
  description  = "Iceberg sink with the converter of the events"
  content_type = endswith(var.plugin.key, ".jar") ? "JAR" : "ZIP"
  tags         = var.tags

  location {
    s3 {
      bucket_arn     = var.plugin.bucket_arn
      file_key       = var.plugin.key
      object_version = var.plugin.object_version
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

locals {
  # The sink hears of a commit only when Connect calls it: with each batch, and where nothing comes, this often. By default that is a
  # minute, and a commit waits for half of one.
  worker_configuration = {
    "key.converter"            = "org.apache.kafka.connect.converters.ByteArrayConverter"
    "value.converter"          = "org.apache.kafka.connect.converters.ByteArrayConverter"
    "offset.flush.interval.ms" = "1000"
  }
  worker_properties = join("", [for name, value in local.worker_configuration : "${name}=${value}\n"])
}

resource "aws_mskconnect_worker_configuration" "this" {
  name                    = "${var.name}-${substr(sha256(local.worker_properties), 0, 8)}"
  description             = "Calls the sink each second, so that it answers in time to be committed"
  properties_file_content = local.worker_properties
  tags                    = var.tags

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_mskconnect_connector" "this" {
  name                       = var.name
  description                = "Writes ${join(", ", keys(var.tables))} into S3 tables"
  kafkaconnect_version       = var.sink.connect_version
  service_execution_role_arn = aws_iam_role.sink.arn
  tags                       = var.tags

  connector_configuration = merge(
    {
      "connector.class"            = "org.apache.iceberg.connect.IcebergSinkConnector"
      "tasks.max"                  = tostring(var.sink.workers * var.sink.units)
      "topics"                     = join(",", values(var.tables))
      "consumer.override.group.id" = local.sink
      "iceberg.connect.group-id"   = local.sink
      "key.converter"              = "org.apache.kafka.connect.converters.ByteArrayConverter"
      "value.converter"            = "io.verillm.connect.EventConverter"
      "errors.tolerance"           = "none"
      "transforms"                 = "topic"
      "transforms.topic.type"      = "org.apache.kafka.connect.transforms.InsertField$Value"
      # Where a row comes from: the log has its signature.
      "transforms.topic.topic.field"     = "source_topic"
      "transforms.topic.partition.field" = "source_partition"
      "transforms.topic.offset.field"    = "source_offset"
      "transforms.topic.timestamp.field" = "source_time"
      "iceberg.catalog.type"             = "rest"
      "iceberg.catalog.uri"              = "https://s3tables.${local.region}.amazonaws.com/iceberg"
      "iceberg.catalog.warehouse"        = aws_s3tables_table_bucket.this.arn
      "iceberg.catalog.io-impl"          = "org.apache.iceberg.aws.s3.S3FileIO"
      "iceberg.catalog.client.region"    = local.region
      # The one HTTP client that the plugin has.
      "iceberg.catalog.http-client.type" = "urlconnection"
      # Signed with the sink's role; the catalog speaks for S3 tables alone.
      "iceberg.catalog.rest.auth.type"                     = "sigv4"
      "iceberg.catalog.rest.auth.sigv4.delegate-auth-type" = "none"
      "iceberg.catalog.rest.signing-name"                  = "s3tables"
      "iceberg.catalog.rest.signing-region"                = local.region
      "iceberg.control.topic"                              = "${local.sink}-control"
      "iceberg.control.group-id-prefix"                    = "${local.sink}-"
      "iceberg.control.commit.interval-ms"                 = tostring(var.sink.commit_seconds * 1000)
      "iceberg.coordinator.transactional.prefix"           = "${local.sink}-"
      "iceberg.tables"                                     = join(",", [for table in keys(var.tables) : "${local.namespace}.${table}"])
      "iceberg.tables.route-field"                         = "source_topic"
      "iceberg.tables.auto-create-enabled"                 = "true"
      "iceberg.tables.evolve-schema-enabled"               = "true"
      "consumer.override.isolation.level"                  = "read_committed"
      # Its own clients, too: the sink finds the worker's settings only where a command names their file.
      "iceberg.kafka.bootstrap.servers"                  = var.kafka.bootstrap_brokers
      "iceberg.kafka.security.protocol"                  = "SASL_SSL"
      "iceberg.kafka.sasl.mechanism"                     = "AWS_MSK_IAM"
      "iceberg.kafka.sasl.jaas.config"                   = "software.amazon.msk.auth.iam.IAMLoginModule required;"
      "iceberg.kafka.sasl.client.callback.handler.class" = "software.amazon.msk.auth.iam.IAMClientCallbackHandler"
    },
    { for table, topic in var.tables : "iceberg.table.${local.namespace}.${table}.route-regex" => "^${replace(topic, ".", "\\.")}$" },
  )

  capacity {
    provisioned_capacity {
      mcu_count    = var.sink.units
      worker_count = var.sink.workers
    }
  }

  kafka_cluster {
    apache_kafka_cluster {
      bootstrap_servers = var.kafka.bootstrap_brokers

      vpc {
        security_groups = [aws_security_group.this.id]
        subnets         = var.subnet_ids
      }
    }
  }

  kafka_cluster_client_authentication {
    authentication_type = "IAM"
  }

  kafka_cluster_encryption_in_transit {
    encryption_type = "TLS"
  }

  plugin {
    custom_plugin {
      arn      = aws_mskconnect_custom_plugin.this.arn
      revision = aws_mskconnect_custom_plugin.this.latest_revision
    }
  }

  worker_configuration {
    arn      = aws_mskconnect_worker_configuration.this.arn
    revision = aws_mskconnect_worker_configuration.this.latest_revision
  }

  log_delivery {
    worker_log_delivery {
      cloudwatch_logs {
        enabled   = true
        log_group = aws_cloudwatch_log_group.this.name
      }
    }
  }

  depends_on = [aws_iam_role_policy.sink, aws_iam_role_policy_attachment.sink]
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/verillm/${var.name}/sink"
  retention_in_days = var.log.retention_days
  kms_key_id        = var.log.kms_key_arn
  tags              = var.tags
}

resource "aws_cloudwatch_metric_alarm" "failed" {
  alarm_name          = "${var.name}-sink-tasks-failed"
  alarm_description   = "${var.name}: tasks of the sink have failed; tables fall behind, and nothing is lost"
  namespace           = "AWS/KafkaConnect"
  metric_name         = "ErroredTaskCount"
  dimensions          = { ConnectorName = aws_mskconnect_connector.this.name }
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 5
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
  ok_actions          = var.alarm_actions
  tags                = var.tags
}

################################################################################
# Network
################################################################################

resource "aws_security_group" "this" {
  name_prefix = "${var.name}-sink-"
  description = "Sink of ${var.name}"
  vpc_id      = var.vpc_id
  tags        = merge(var.tags, { Name = "${var.name}-sink" })

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

################################################################################
# Rights of the sink
################################################################################

locals {
  topic_arn = replace(var.kafka.cluster_arn, ":cluster/", ":topic/")
  group_arn = replace(var.kafka.cluster_arn, ":cluster/", ":group/")
}

resource "aws_iam_role" "sink" {
  name        = "${var.name}-sink"
  description = "What the sink of ${var.name} may do"
  tags        = var.tags

  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Connect"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "kafkaconnect.amazonaws.com" }
      Condition = {
        StringEquals = { "aws:SourceAccount" = local.account }
        ArnLike      = { "aws:SourceArn" = "arn:${local.partition}:kafkaconnect:${local.region}:${local.account}:connector/${var.name}/*" }
      }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "sink" {
  role       = aws_iam_role.sink.name
  policy_arn = var.sink_policy_arn
}

resource "aws_iam_role_policy" "sink" {
  name = "sink"
  role = aws_iam_role.sink.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Cluster"
        Effect   = "Allow"
        Action   = ["kafka-cluster:Connect", "kafka-cluster:DescribeCluster", "kafka-cluster:WriteDataIdempotently"]
        Resource = [var.kafka.cluster_arn]
      },
      {
        Sid      = "Groups"
        Effect   = "Allow"
        Action   = ["kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"]
        Resource = ["${local.group_arn}/__amazon_msk_connect_*"]
      },
      {
        Sid      = "OwnTopics"
        Effect   = "Allow"
        Action   = ["kafka-cluster:DescribeTopic", "kafka-cluster:ReadData", "kafka-cluster:WriteData"]
        Resource = ["${local.topic_arn}/__amazon_msk_connect_*"]
      },
      {
        # MSK Connect keeps its own state in topics that it makes itself.
        Sid      = "ConnectsTopics"
        Effect   = "Allow"
        Action   = ["kafka-cluster:CreateTopic"]
        Resource = ["${local.topic_arn}/__amazon_msk_connect_*"]
      },
      {
        Sid    = "Catalog"
        Effect = "Allow"
        Action = [
          "s3tables:CreateTable", "s3tables:GetNamespace", "s3tables:GetTable", "s3tables:GetTableBucket", "s3tables:GetTableData",
          "s3tables:GetTableMetadataLocation", "s3tables:ListNamespaces", "s3tables:ListTables", "s3tables:PutTableData",
          "s3tables:UpdateTableMetadataLocation",
        ]
        Resource = [aws_s3tables_table_bucket.this.arn, "${aws_s3tables_table_bucket.this.arn}/table/*"]
      },
      {
        Sid      = "Encrypt"
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = [local.kms_key_arn]
      },
    ]
  })
}

################################################################################
# Queries
################################################################################

resource "aws_s3_bucket" "results" {
  bucket = "${var.name}-results-${local.account}"
  tags   = var.tags
}

resource "aws_s3_bucket_public_access_block" "results" {
  bucket                  = aws_s3_bucket.results.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "results" {
  bucket = aws_s3_bucket.results.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = local.kms_key_arn
    }
  }
}

resource "aws_s3_bucket_policy" "results" {
  bucket = aws_s3_bucket.results.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OnlyTls"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [aws_s3_bucket.results.arn, "${aws_s3_bucket.results.arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })

  depends_on = [aws_s3_bucket_public_access_block.results]
}

resource "aws_s3_bucket_lifecycle_configuration" "results" {
  bucket = aws_s3_bucket.results.id

  rule {
    id     = "expire"
    status = "Enabled"

    filter {}

    expiration {
      days = var.results_expire_days
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }
}

resource "aws_athena_workgroup" "this" {
  name        = var.name
  description = "Queries over the log of ${var.name}"
  # Its past queries would keep it from ever being destroyed.
  force_destroy = true
  tags          = var.tags

  configuration {
    enforce_workgroup_configuration    = true
    publish_cloudwatch_metrics_enabled = true
    bytes_scanned_cutoff_per_query     = var.scan_limit_gib * 1024 * 1024 * 1024

    engine_version {
      selected_engine_version = "Athena engine version 3"
    }

    result_configuration {
      output_location       = "s3://${aws_s3_bucket.results.bucket}/"
      expected_bucket_owner = local.account

      encryption_configuration {
        encryption_option = "SSE_KMS"
        kms_key_arn       = local.kms_key_arn
      }
    }
  }
}

locals {
  catalog = "\"s3tablescatalog/${aws_s3tables_table_bucket.this.name}\".\"${local.namespace}\""

  # Avro's field names in small letters: Athena knows no others.
  queries = {
    verdicts_by_outcome = {
      table       = "verdicts"
      columns     = ["outcome", "last"]
      description = "How many segments ended how"
      query       = "SELECT outcome, count(*) AS segments FROM ${local.catalog}.verdicts WHERE last GROUP BY outcome ORDER BY segments DESC"
    }
    scores_by_worker = {
      table       = "scores"
      columns     = ["worker", "cases", "rejects", "paid"]
      description = "What each worker judged and was paid for agreeing with others"
      query       = "SELECT worker, sum(cases) AS cases, sum(rejects) AS rejects, sum(paid) AS paid FROM ${local.catalog}.scores GROUP BY worker ORDER BY paid DESC"
    }
    transfers_of_a_request = {
      table       = "transfers"
      columns     = ["requestId", "commandOffset"]
      description = "What was booked for one request; give its id for the question mark"
      query       = "SELECT * FROM ${local.catalog}.transfers WHERE requestid = ? ORDER BY commandoffset"
    }
  }
}

resource "aws_athena_named_query" "this" {
  for_each = { for name, query in local.queries : name => query if contains(keys(var.tables), query.table) }

  name        = "${var.name}_${each.key}"
  description = each.value.description
  workgroup   = aws_athena_workgroup.this.name
  database    = local.namespace
  query       = each.value.query
}

################################################################################
# Rights of analysts
################################################################################

resource "aws_iam_policy" "analyst" {
  name        = "${var.name}-query"
  description = "Queries the tables of ${var.name} in its workgroup"
  tags        = var.tags

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "Workgroup"
        Effect = "Allow"
        Action = [
          "athena:GetNamedQuery", "athena:GetQueryExecution", "athena:GetQueryResults", "athena:GetWorkGroup", "athena:ListNamedQueries",
          "athena:StartQueryExecution", "athena:StopQueryExecution",
        ]
        Resource = [aws_athena_workgroup.this.arn]
      },
      {
        Sid      = "Tables"
        Effect   = "Allow"
        Action   = ["s3tables:GetNamespace", "s3tables:GetTable", "s3tables:GetTableBucket", "s3tables:GetTableData", "s3tables:GetTableMetadataLocation", "s3tables:ListTables"]
        Resource = [aws_s3tables_table_bucket.this.arn, "${aws_s3tables_table_bucket.this.arn}/table/*"]
      },
      {
        Sid    = "Catalog"
        Effect = "Allow"
        Action = ["glue:GetCatalog", "glue:GetDatabase", "glue:GetTable", "glue:GetTables"]
        Resource = [
          for resource in ["catalog", "catalog/s3tablescatalog", "catalog/s3tablescatalog/${aws_s3tables_table_bucket.this.name}", "database/s3tablescatalog/${aws_s3tables_table_bucket.this.name}/${local.namespace}", "table/s3tablescatalog/${aws_s3tables_table_bucket.this.name}/${local.namespace}/*"] :
          "arn:${local.partition}:glue:${local.region}:${local.account}:${resource}"
        ]
      },
      {
        Sid      = "Results"
        Effect   = "Allow"
        Action   = ["s3:GetBucketLocation", "s3:GetObject", "s3:PutObject"]
        Resource = [aws_s3_bucket.results.arn, "${aws_s3_bucket.results.arn}/*"]
      },
      {
        Sid      = "Encrypt"
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = [local.kms_key_arn]
      },
    ]
  })
}

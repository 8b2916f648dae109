mock_provider "aws" {
  source          = "../../mocks"
  override_during = plan
}

variables {
  name            = "verillm-analytics"
  vpc_id          = "vpc-0123456789abcdef0"
  subnet_ids      = ["subnet-0a", "subnet-0b", "subnet-0c"]
  sink_policy_arn = "arn:aws:iam::111122223333:policy/verillm-kafka-sink"
  kafka = {
    cluster_arn       = "arn:aws:kafka:eu-central-1:111122223333:cluster/verillm/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0-7"
    bootstrap_brokers = "b-1.verillm.abcdef.c7.kafka.eu-central-1.amazonaws.com:9098"
    security_group_id = "sg-0b"
  }
  plugin = {
    bucket_arn     = "arn:aws:s3:::verillm-packages-111122223333"
    key            = "iceberg-sink.zip"
    object_version = "abc"
  }
}

run "routes_each_topic_to_its_table" {
  command = plan

  assert {
    condition     = aws_mskconnect_connector.this.connector_configuration["iceberg.table.verillm.verdicts.route-regex"] == "^verillm\\.verdicts\\.v1$"
    error_message = "Verdicts do not get into their table."
  }

  assert {
    condition     = toset(split(",", aws_mskconnect_connector.this.connector_configuration["topics"])) == toset(values(var.tables))
    error_message = "The sink reads other topics than the tables have."
  }

  assert {
    condition     = aws_mskconnect_connector.this.connector_configuration["consumer.override.isolation.level"] == "read_committed"
    error_message = "Aborted records would get into tables."
  }

  assert {
    condition     = aws_mskconnect_connector.this.kafka_cluster_client_authentication[0].authentication_type == "IAM" && aws_mskconnect_connector.this.kafka_cluster_encryption_in_transit[0].encryption_type == "TLS"
    error_message = "The sink says not who it is, or in plain text."
  }
}

run "lets_the_sink_answer_before_a_commit_gives_up" {
  command = plan

  assert {
    condition     = strcontains(aws_mskconnect_worker_configuration.this.properties_file_content, "offset.flush.interval.ms=1000\n") && one(aws_mskconnect_connector.this.worker_configuration).arn == aws_mskconnect_worker_configuration.this.arn
    error_message = "Where few events come, rows are a commit late."
  }
}

run "limits_and_encrypts_queries" {
  command = plan

  variables {
    scan_limit_gib = 2
  }

  assert {
    condition     = aws_athena_workgroup.this.configuration[0].bytes_scanned_cutoff_per_query == 2147483648 && aws_athena_workgroup.this.configuration[0].enforce_workgroup_configuration
    error_message = "A query may read more than the limit."
  }

  assert {
    condition     = aws_athena_workgroup.this.configuration[0].result_configuration[0].encryption_configuration[0].kms_key_arn == aws_kms_key.this[0].arn && aws_s3tables_table_bucket.this.encryption_configuration.kms_key_arn == aws_kms_key.this[0].arn
    error_message = "Results or tables are not encrypted with the key."
  }

  assert {
    condition     = length(aws_athena_named_query.this) == 3 && strcontains(aws_athena_named_query.this["scores_by_worker"].query, "\"s3tablescatalog/verillm-analytics-tables\".\"verillm\".scores")
    error_message = "Saved queries are missing or ask another catalog."
  }

  assert {
    condition = alltrue(flatten([
      for query in local.queries : [
        for column in query.columns :
        contains(jsondecode(file("../../../schemas/src/main/avro/${title(trimsuffix(query.table, "s"))}.avsc")).fields[*].name, column) && strcontains(query.query, lower(column))
      ]
    ]))
    error_message = "A saved query names a column that the events do not have."
  }
}

run "lets_s3_compact_its_tables_and_no_others" {
  command = plan

  assert {
    condition     = jsondecode(aws_kms_key.this[0].policy).Statement[1].Condition.StringLike["kms:EncryptionContext:aws:s3:arn"] == "arn:aws:s3tables:eu-central-1:111122223333:bucket/verillm-analytics-tables/*"
    error_message = "S3 cannot use the key for these tables, or for others, too."
  }
}

run "keeps_only_tables_that_are_filled" {
  command = plan

  variables {
    tables = { verdicts = "verillm.verdicts.v1" }
  }

  assert {
    condition     = keys(aws_athena_named_query.this) == ["verdicts_by_outcome"]
    error_message = "A saved query asks a table that nobody fills."
  }
}

run "has_narrow_rights" {
  command = plan

  assert {
    condition = alltrue([
      for statement in concat(jsondecode(aws_iam_role_policy.sink.policy).Statement, jsondecode(aws_iam_policy.analyst.policy).Statement) :
      !contains(statement.Resource, "*") && alltrue([for action in statement.Action : !strcontains(action, "*") && !strcontains(action, "Delete")])
    ])
    error_message = "Somebody may do more than he needs to."
  }

  assert {
    condition     = alltrue([for statement in jsondecode(aws_iam_policy.analyst.policy).Statement : !contains(statement.Action, "s3tables:PutTableData")])
    error_message = "An analyst writes tables."
  }

  assert {
    condition     = one([for statement in jsondecode(aws_iam_role_policy.sink.policy).Statement : statement.Resource if contains(statement.Action, "kafka-cluster:CreateTopic")]) == ["arn:aws:kafka:eu-central-1:111122223333:topic/verillm/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0-7/__amazon_msk_connect_*"]
    error_message = "The sink makes other topics than MSK Connect's own."
  }
}

run "refuses_what_analysts_may_not_see" {
  command = plan

  variables {
    tables          = { prompts = "verillm.requests.v1" }
    scan_limit_gib  = 0
    sink_policy_arn = "arn:aws:iam::aws:policy/AmazonMSKFullAccess"
    plugin          = { bucket_arn = "arn:aws:s3:::b", key = "sink.tar", object_version = "abc" }
    sink            = { connect_version = "2.7.1" }
    kms_key_arn     = "alias/x"
  }

  expect_failures = [var.tables, var.scan_limit_gib, var.sink_policy_arn, var.plugin, var.sink, var.kms_key_arn]
}

mock_provider "aws" {
  source          = "../../mocks"
  override_during = plan
}

variables {
  name       = "verillm"
  vpc_id     = "vpc-0123456789abcdef0"
  subnet_ids = ["subnet-0a", "subnet-0b", "subnet-0c"]
}

run "is_closed_by_default" {
  command = plan

  assert {
    condition     = aws_msk_cluster.this.client_authentication[0].unauthenticated == false
    error_message = "Clients without a name get in."
  }

  assert {
    condition     = aws_msk_cluster.this.client_authentication[0].sasl[0].iam && !aws_msk_cluster.this.client_authentication[0].sasl[0].scram
    error_message = "Clients may log in by a password where nobody asked for it, or not as their role."
  }

  assert {
    condition     = aws_msk_cluster.this.encryption_info[0].encryption_in_transit[0].client_broker == "TLS"
    error_message = "Clients may come in plain text."
  }

  assert {
    condition     = aws_msk_cluster.this.encryption_info[0].encryption_in_transit[0].in_cluster == true
    error_message = "Brokers talk in plain text."
  }

  assert {
    condition     = aws_msk_cluster.this.broker_node_group_info[0].connectivity_info[0].public_access[0].type == "DISABLED"
    error_message = "Brokers are public."
  }

  assert {
    condition     = aws_msk_cluster.this.encryption_info[0].encryption_at_rest_kms_key_arn == aws_kms_key.this[0].arn
    error_message = "Data at rest has another key than the module's."
  }

  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.this) == 0
    error_message = "Somebody may connect whom nobody named."
  }

  assert {
    condition     = aws_kms_key.this[0].enable_key_rotation == true
    error_message = "The key is never rotated."
  }
}

run "closes_topics_without_acl_and_keeps_records_safe" {
  command = plan

  assert {
    condition = alltrue([for line in [
      "allow.everyone.if.no.acl.found=false",
      "auto.create.topics.enable=false",
      "default.replication.factor=3",
      "min.insync.replicas=2",
      "unclean.leader.election.enable=false",
      "message.max.bytes=8388608",
      "offsets.retention.minutes=129600",
    ] : contains(split("\n", aws_msk_configuration.this.server_properties), line)])
    error_message = "Broker settings lack what the project relies on: ${aws_msk_configuration.this.server_properties}"
  }
}

run "can_stay_open_while_acls_are_applied" {
  command = plan

  variables {
    open_without_acl = true
  }

  assert {
    condition     = contains(split("\n", aws_msk_configuration.this.server_properties), "allow.everyone.if.no.acl.found=true")
    error_message = "open_without_acl does nothing."
  }
}

run "opens_only_the_port_of_the_authentication" {
  command = plan

  variables {
    authentication = { scram = true }
    clients = {
      apps   = { security_group_id = "sg-0a" }
      office = { cidr_ipv4 = "10.9.0.0/16", authentication = "scram" }
    }
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.this["apps"].from_port == 9098 && aws_vpc_security_group_ingress_rule.this["apps"].to_port == 9098
    error_message = "A client with IAM comes in by 9098."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.this["office"].from_port == 9096 && aws_vpc_security_group_ingress_rule.this["office"].to_port == 9096
    error_message = "A client with SCRAM comes in by 9096."
  }

  assert {
    condition     = aws_msk_cluster.this.client_authentication[0].sasl[0].scram == true
    error_message = "SCRAM is off."
  }
}

run "grows_with_the_log" {
  command = plan

  variables {
    broker = { volume_gib = 100, volume_gib_max = 500 }
    alarms = { disk_percent = 75 }
  }

  assert {
    condition     = aws_appautoscaling_target.this["this"].max_capacity == 500 && aws_appautoscaling_target.this["this"].resource_id == aws_msk_cluster.this.arn && aws_appautoscaling_target.this["this"].scalable_dimension == "kafka:broker-storage:VolumeSize"
    error_message = "The volumes do not grow, or another cluster's do."
  }

  assert {
    condition     = aws_appautoscaling_policy.this["this"].target_tracking_scaling_policy_configuration[0].target_value == 65 && aws_appautoscaling_policy.this["this"].target_tracking_scaling_policy_configuration[0].disable_scale_in
    error_message = "The alarm goes off before a volume grows, or somebody tries to shrink one."
  }
}

run "watches_every_broker" {
  command = plan

  variables {
    broker = { count = 6 }
    alarms = { actions = ["arn:aws:sns:eu-central-1:111122223333:ops"] }
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.cpu) == 6 && length(aws_cloudwatch_metric_alarm.broker) == 30
    error_message = "There are ${length(aws_cloudwatch_metric_alarm.cpu)} CPU alarms and ${length(aws_cloudwatch_metric_alarm.broker)} others for six brokers."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.broker["disk-6"].dimensions["Broker ID"] == "6"
    error_message = "An alarm looks at another broker than its name says."
  }

  assert {
    condition = { for key, alarm in aws_cloudwatch_metric_alarm.broker : key => [alarm.statistic, alarm.threshold] if endswith(key, "-6") } == {
      connections-6      = ["Maximum", 3000]
      disk-6             = ["Maximum", 70]
      heap-6             = ["Maximum", 60]
      under_replicated-6 = ["Maximum", 0]
      under_min_isr-6    = ["Maximum", 0]
    }
    error_message = "An alarm comes at another value."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.broker : contains(alarm.alarm_actions, "arn:aws:sns:eu-central-1:111122223333:ops")])
    error_message = "An alarm tells nobody."
  }
}

run "leaves_out_what_express_brokers_refuse" {
  command = plan

  variables {
    broker = { instance_type = "express.m7g.large" }
  }

  assert {
    condition     = length(aws_msk_cluster.this.logging_info) == 0 && length(aws_cloudwatch_log_group.this) == 0
    error_message = "Express brokers write no broker logs."
  }

  assert {
    condition     = length(aws_msk_cluster.this.broker_node_group_info[0].storage_info) == 0 && length(aws_appautoscaling_target.this) == 0
    error_message = "Express brokers have no volumes."
  }

  assert {
    condition     = !strcontains(aws_msk_configuration.this.server_properties, "min.insync.replicas")
    error_message = "Express brokers refuse a setting of min.insync.replicas."
  }

  assert {
    condition     = !contains(keys(aws_cloudwatch_metric_alarm.broker), "disk-1") && contains(keys(aws_cloudwatch_metric_alarm.broker), "produce_throttled-1")
    error_message = "Express brokers have other metrics than Standard ones."
  }
}

run "takes_a_key_of_the_caller" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/9999abcd-12ab-34cd-56ef-1234567890ab"
  }

  assert {
    condition     = length(aws_kms_key.this) == 0 && output.kms_key_arn == var.kms_key_arn
    error_message = "The caller's key is not used."
  }
}

run "refuses_what_the_project_cannot_run_on" {
  command = plan

  variables {
    kafka_version     = "3.7.x"
    broker            = { count = 4 }
    server_properties = { "auto.create.topics.enable" = "true" }
    clients           = { world = { cidr_ipv4 = "0.0.0.0/0" } }
    record_bytes_max  = 1000
  }

  expect_failures = [var.kafka_version, var.broker, var.server_properties, var.clients, var.record_bytes_max]
}

run "refuses_versions_before_4" {
  command = plan

  variables {
    kafka_version = "3.9.x.kraft"
  }

  expect_failures = [var.kafka_version]
}

run "refuses_two_zones_and_no_iam" {
  command = plan

  variables {
    subnet_ids     = ["subnet-0a", "subnet-0b"]
    authentication = { iam = false, scram = true }
  }

  expect_failures = [var.subnet_ids, var.authentication]
}

run "refuses_volumes_on_express_and_scram_clients_without_scram" {
  command = plan

  variables {
    broker  = { instance_type = "express.m7g.large", volume_gib = 100 }
    clients = { office = { cidr_ipv4 = "10.9.0.0/16", authentication = "scram" } }
  }

  expect_failures = [var.broker, var.clients]
}

mock_provider "aws" {
  source          = "../../mocks"
  override_during = plan
}

variables {
  name        = "verillm-coordinator"
  cluster_arn = "arn:aws:ecs:eu-central-1:111122223333:cluster/verillm"
  image       = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/verillm/streams@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  policy_arns = { kafka = "arn:aws:iam::111122223333:policy/verillm-kafka-coordinator" }
  vpc_id      = "vpc-0123456789abcdef0"
  subnet_ids  = ["subnet-0a", "subnet-0b", "subnet-0c"]
  group       = "verillm-coordinator"
  topics      = ["verillm.requests.v1", "verillm.commitments.v1"]
  instances   = { count = 3, partitions = 12 }
  kafka = {
    cluster_name      = "verillm"
    bootstrap_brokers = "b-1.verillm.abcdef.c7.kafka.eu-central-1.amazonaws.com:9098,b-2.verillm.abcdef.c7.kafka.eu-central-1.amazonaws.com:9098"
    security_group_id = "sg-0b"
  }
}

run "runs_closed_and_stops_in_time" {
  command = plan

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].stopTimeout == 60
    error_message = "A task is killed before it has left its group."
  }

  assert {
    condition = (
      jsondecode(aws_ecs_task_definition.this.container_definitions)[0].readonlyRootFilesystem == true &&
      jsondecode(aws_ecs_task_definition.this.container_definitions)[0].linuxParameters.capabilities.drop == ["ALL"] &&
      !startswith(jsondecode(aws_ecs_task_definition.this.container_definitions)[0].user, "0")
    )
    error_message = "The container runs as root, may write to its image, or keeps capabilities."
  }

  assert {
    condition     = aws_ecs_service.this.network_configuration[0].assign_public_ip == false && aws_ecs_service.this.enable_execute_command == false
    error_message = "Tasks have a public address or a shell."
  }

  assert {
    condition     = aws_vpc_security_group_egress_rule.kafka.from_port == 9098 && aws_vpc_security_group_egress_rule.kafka.referenced_security_group_id == "sg-0b"
    error_message = "Tasks do not get to the brokers."
  }

  assert {
    condition     = one([for variable in jsondecode(aws_ecs_task_definition.this.container_definitions)[0].environment : variable.value if variable.name == "VERILLM_BOOTSTRAP"]) == var.kafka.bootstrap_brokers
    error_message = "The app does not learn where the brokers are."
  }

  assert {
    condition     = one([for variable in jsondecode(aws_ecs_task_definition.this.container_definitions)[0].environment : variable.value if variable.name == "VERILLM_ACCESS"]) == "iam"
    error_message = "The app does not log in as its role."
  }
}

run "is_updated_without_more_tasks_than_before" {
  command = plan

  assert {
    condition     = aws_ecs_service.this.deployment_minimum_healthy_percent == 50 && aws_ecs_service.this.deployment_maximum_percent == 100
    error_message = "An update starts more tasks than partitions may have, or stops all."
  }

  assert {
    condition     = aws_ecs_service.this.deployment_circuit_breaker[0].enable && aws_ecs_service.this.deployment_circuit_breaker[0].rollback
    error_message = "A broken release is not taken back."
  }
}

run "never_has_two_where_one_is_enough" {
  command = plan

  variables {
    instances = { count = 1 }
  }

  assert {
    condition     = aws_ecs_service.this.deployment_minimum_healthy_percent == 0
    error_message = "The second of two would fence the first."
  }
}

run "keeps_the_state_of_who_must_not_forget" {
  command = plan

  variables {
    instances = { count = 1 }
    durable_state = {
      file_system_arn   = "arn:aws:elasticfilesystem:eu-central-1:111122223333:file-system/fs-0123456789abcdef0"
      access_point_arn  = "arn:aws:elasticfilesystem:eu-central-1:111122223333:access-point/fsap-0123456789abcdef0"
      security_group_id = "sg-0c"
    }
  }

  assert {
    condition = one([
      for volume in aws_ecs_task_definition.this.volume : volume.efs_volume_configuration[0].transit_encryption == "ENABLED" && volume.efs_volume_configuration[0].authorization_config[0].iam == "ENABLED" if volume.name == "state"
    ])
    error_message = "State goes over the network in plain text, or without a name."
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.state[0].policy).Statement[0].Condition.StringEquals["elasticfilesystem:AccessPointArn"] == var.durable_state.access_point_arn
    error_message = "The program reaches others' folders."
  }
}

run "refuses_two_tasks_on_one_folder" {
  command = plan

  variables {
    durable_state = {
      file_system_arn   = "arn:aws:elasticfilesystem:eu-central-1:111122223333:file-system/fs-0123456789abcdef0"
      access_point_arn  = "arn:aws:elasticfilesystem:eu-central-1:111122223333:access-point/fsap-0123456789abcdef0"
      security_group_id = "sg-0c"
    }
  }

  expect_failures = [var.durable_state]
}

run "has_narrow_rights" {
  command = plan

  variables {
    secret_arns          = ["arn:aws:secretsmanager:eu-central-1:111122223333:secret:verillm-coordinator-abcdef"]
    secrets_kms_key_arns = ["arn:aws:kms:eu-central-1:111122223333:key/9999abcd-12ab-34cd-56ef-1234567890ab"]
  }

  assert {
    condition     = tolist(jsondecode(aws_iam_role_policy.secrets[0].policy).Statement[0].Resource) == var.secret_arns && jsondecode(aws_iam_role_policy.secrets[0].policy).Statement[0].Action == ["secretsmanager:GetSecretValue"]
    error_message = "The program may read other secrets than its own."
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_iam_role_policy.execution.policy).Statement :
      statement.Resource != ["*"] || statement.Action == ["ecr:GetAuthorizationToken"]
    ])
    error_message = "The execution role has a right on everything."
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.execution.policy).Statement[1].Resource == ["arn:aws:ecr:eu-central-1:111122223333:repository/verillm/streams"]
    error_message = "The execution role pulls from another repository than the image's."
  }

  assert {
    condition     = keys(aws_iam_role_policy_attachment.task) == ["kafka"]
    error_message = "The program has other policies than those it was given."
  }
}

run "watches_lag_by_topic" {
  command = plan

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.lag) == 2 && aws_cloudwatch_metric_alarm.lag["verillm.requests.v1"].dimensions["Consumer Group"] == "verillm-coordinator"
    error_message = "Lag of the group's topics is not watched."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.tasks.threshold == 3 && aws_cloudwatch_metric_alarm.tasks.treat_missing_data == "breaching"
    error_message = "Nobody notices when no task runs."
  }
}

run "refuses_what_cannot_run" {
  command = plan

  variables {
    image        = "verillm/streams:latest"
    instances    = { count = 13, partitions = 12 }
    size         = { cpu = 1024, memory = 1024 }
    stop_timeout = 300
    environment  = { KEY_PASSWORD = "x" }
    topics       = []
    policy_arns  = { all = "arn:aws:iam::aws:policy/AmazonMSKFullAccess" }
    secret_arns  = ["arn:aws:secretsmanager:eu-central-1:111122223333:secret:*"]
    kafka        = { cluster_name = "verillm", bootstrap_brokers = "b-1:9092", security_group_id = "sg-0b" }
    lag          = { minutes = 0 }
    architecture = "SPARC"
  }

  expect_failures = [
    var.image, var.instances, var.size, var.stop_timeout, var.environment, var.topics, var.policy_arns, var.secret_arns, var.kafka, var.lag, var.architecture,
  ]
}

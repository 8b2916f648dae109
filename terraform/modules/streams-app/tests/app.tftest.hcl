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

  assert {
    condition     = jsonencode(output.role_policy_arns) == jsonencode(values(var.policy_arns))
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
    instances    = { count = 13, partitions = 12 }
    size         = { cpu = 1024, memory = 1024 }
    stop_timeout = 300
    topics       = []
    lag          = { minutes = 0 }
    architecture = "SPARC"
  }

  expect_failures = [
    var.instances, var.size, var.stop_timeout, var.topics, var.lag, var.architecture,
  ]
}

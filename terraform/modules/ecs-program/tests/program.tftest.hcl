mock_provider "aws" {
  source          = "../../mocks"
  override_during = plan
}

variables {
  name         = "verillm-coordinator"
  image        = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/verillm/streams@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  container    = "app"
  mounts       = { tmp = "/tmp" }
  stop_timeout = 60
  vpc_id       = "vpc-0123456789abcdef0"
  kafka = {
    cluster_name      = "verillm"
    bootstrap_brokers = "b-1.verillm.abcdef.c7.kafka.eu-central-1.amazonaws.com:9098"
    security_group_id = "sg-0b"
  }
  policy_arns          = { kafka = "arn:aws:iam::111122223333:policy/verillm-kafka-coordinator" }
  secret_arns          = ["arn:aws:secretsmanager:eu-central-1:111122223333:secret:verillm-coordinator-abcdef"]
  secrets_kms_key_arns = ["arn:aws:kms:eu-central-1:111122223333:key/9999abcd-12ab-34cd-56ef-1234567890ab"]
}

run "gives_the_program_what_it_is_given" {
  command = plan

  assert {
    condition     = keys(aws_iam_role_policy_attachment.task) == ["kafka"] && jsonencode(output.policy_arns) == jsonencode(values(var.policy_arns))
    error_message = "The program has other policies than those it was given."
  }

  assert {
    condition     = tolist(jsondecode(aws_iam_role_policy.secrets[0].policy).Statement[0].Resource) == var.secret_arns && jsondecode(aws_iam_role_policy.secrets[0].policy).Statement[0].Action == ["secretsmanager:GetSecretValue"]
    error_message = "The program may read other secrets than its own."
  }

  assert {
    condition     = tolist(jsondecode(aws_iam_role_policy.secrets[0].policy).Statement[1].Resource) == var.secrets_kms_key_arns
    error_message = "The program decrypts with other keys than its secrets'."
  }
}

run "tags_the_role_that_others_let_in" {
  command = plan

  variables {
    tags = { "verillm-worker-of" = "verillm" }
  }

  assert {
    condition     = output.task_role_tags["verillm-worker-of"] == "verillm"
    error_message = "The program's role has not the tag by which the poster's lets it in."
  }
}

run "starts_tasks_and_nothing_else" {
  command = plan

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
    condition     = jsondecode(aws_iam_role_policy.execution.policy).Statement[2].Resource == ["${aws_cloudwatch_log_group.this.arn}:*"]
    error_message = "The execution role writes to another log."
  }

  assert {
    condition     = alltrue([for role in [aws_iam_role.task, aws_iam_role.execution] : jsondecode(role.assume_role_policy).Statement[0].Condition.StringEquals["aws:SourceAccount"] == "111122223333" && jsondecode(role.assume_role_policy).Statement[0].Principal.Service == "ecs-tasks.amazonaws.com"])
    error_message = "Tasks of another account may take a role."
  }
}

run "gets_to_the_brokers_and_nowhere_in_plain_text" {
  command = plan

  assert {
    condition     = aws_vpc_security_group_egress_rule.kafka.from_port == 9098 && aws_vpc_security_group_egress_rule.kafka.referenced_security_group_id == "sg-0b"
    error_message = "Tasks do not get to the brokers."
  }

  assert {
    condition     = aws_vpc_security_group_egress_rule.aws.from_port == 443 && aws_vpc_security_group_egress_rule.aws.to_port == 443
    error_message = "Tasks get elsewhere than to AWS."
  }
}

run "is_replaced_when_it_stands_still" {
  command = plan

  assert {
    condition = jsonencode(output.container.healthCheck) == jsonencode({
      command = [
        "CMD", "/opt/java/bin/java", "-Xmx16m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-cp", "/app/classes", "io.verillm.cli.HealthProbe", "/tmp/health",
      ]
      interval = 30, timeout = 10, retries = 3, startPeriod = 60
    })
    error_message = "Nobody asks a program that stands still, or the image has no such answer."
  }
}

run "goes_on_where_its_log_cannot_be_written" {
  command = plan

  assert {
    condition     = output.container.logConfiguration.options.mode == "non-blocking" && output.container.logConfiguration.options["max-buffer-size"] == "25m"
    error_message = "A log that cannot be written stops the program that writes it."
  }
}

run "tells_people_what_only_its_log_says" {
  command = plan

  variables {
    alarm_actions = ["arn:aws:sns:eu-central-1:111122223333:alarms"]
  }

  assert {
    condition = alltrue([
      aws_cloudwatch_log_metric_filter.errors.log_group_name == aws_cloudwatch_log_group.this.name,
      strcontains(aws_cloudwatch_log_metric_filter.errors.pattern, "\" ERROR \""),
      aws_cloudwatch_metric_alarm.errors.metric_name == aws_cloudwatch_log_metric_filter.errors.metric_transformation[0].name,
      aws_cloudwatch_metric_alarm.errors.alarm_actions == toset(var.alarm_actions),
      length(output.alarm_arns) == 1,
    ])
    error_message = "An error in the log sets off no alarm."
  }
}

run "is_bounded_where_the_account_demands_it" {
  command = plan

  variables {
    permissions_boundary_arn = "arn:aws:iam::111122223333:policy/boundary"
    secret_arns              = []
  }

  assert {
    condition     = alltrue([for role in [aws_iam_role.task, aws_iam_role.execution] : role.permissions_boundary == var.permissions_boundary_arn]) && length(aws_iam_role_policy.secrets) == 0
    error_message = "A role knows no bounds."
  }
}

run "refuses_wildcards_and_images_by_tag" {
  command = plan

  variables {
    name                     = "Coordinator"
    image                    = "verillm/streams:latest"
    container                = "The app"
    mounts                   = { state = "/state" }
    stop_timeout             = 300
    environment              = { KEY_PASSWORD = "x" }
    kafka                    = { cluster_name = "verillm", bootstrap_brokers = "b-1:9092", security_group_id = "sg-0b" }
    vpc_id                   = "vpc"
    log                      = { retention_days = 2 }
    policy_arns              = { all = "arn:aws:iam::aws:policy/AdministratorAccess" }
    secret_arns              = ["arn:aws:secretsmanager:eu-central-1:111122223333:secret:*"]
    secrets_kms_key_arns     = ["alias/key"]
    permissions_boundary_arn = "boundary"
  }

  expect_failures = [
    var.name, var.image, var.container, var.mounts, var.stop_timeout, var.environment, var.kafka, var.vpc_id, var.log, var.policy_arns, var.secret_arns, var.secrets_kms_key_arns,
    var.permissions_boundary_arn,
  ]
}

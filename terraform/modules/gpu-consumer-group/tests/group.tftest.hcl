mock_provider "aws" {
  source          = "../../mocks"
  override_during = plan
}

variables {
  name        = "verillm-w-01"
  worker_id   = "w-01"
  image       = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/verillm/worker@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  policy_arns = { kafka = "arn:aws:iam::111122223333:policy/verillm-kafka-w-01" }
  vpc_id      = "vpc-0123456789abcdef0"
  subnet_ids  = ["subnet-0a", "subnet-0b", "subnet-0c"]
  kafka = {
    cluster_name      = "verillm"
    bootstrap_brokers = "b-1.verillm.abcdef.c7.kafka.eu-central-1.amazonaws.com:9098"
    security_group_id = "sg-0b"
  }
}

run "has_a_consumer_before_there_is_a_task" {
  command = plan

  # Nobody gives a task to a worker of which no process says that it is ready.
  assert {
    condition     = aws_ecs_service.this.desired_count == 1 && output.scaling == null && length(aws_appautoscaling_policy.in) == 0
    error_message = "The group rests at zero, or scales where there is nothing to scale."
  }

  # The count is nobody's else: a worker that rested before would stay at zero.
  assert {
    condition     = aws_appautoscaling_target.this.min_capacity == 1 && aws_appautoscaling_target.this.max_capacity == 1
    error_message = "A worker that rests no more is not woken."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.tasks[0].threshold == 1 && aws_cloudwatch_metric_alarm.tasks[0].treat_missing_data == "breaching"
    error_message = "Nobody notices when no consumer runs."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.stuck.dimensions["Consumer Group"] == "worker-w-01" && aws_cloudwatch_metric_alarm.stuck.dimensions["Topic"] == "verillm.tasks.w-01.v1"
    error_message = "The alarm watches another worker's tasks."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.stuck.metric_name == "SumOffsetLag" && aws_cloudwatch_metric_alarm.stuck.statistic == "Minimum" && aws_cloudwatch_metric_alarm.stuck.period * aws_cloudwatch_metric_alarm.stuck.evaluation_periods == 1800
    error_message = "Tasks that wait for half an hour go unnoticed."
  }
}

run "stays_until_nothing_is_owed" {
  command = plan

  assert {
    condition     = aws_autoscaling_group.this.protect_from_scale_in && aws_ecs_capacity_provider.this.auto_scaling_group_provider[0].managed_termination_protection == "ENABLED" && aws_ecs_capacity_provider.this.auto_scaling_group_provider[0].managed_draining == "ENABLED"
    error_message = "A machine can go under a running task."
  }

  assert {
    condition     = aws_autoscaling_group.this.max_instance_lifetime == 14 * 86400
    error_message = "A machine that runs always keeps the image of its first day."
  }

  assert {
    condition     = strcontains(base64decode(aws_launch_template.this.user_data), "ECS_ENABLE_SPOT_INSTANCE_DRAINING=true") && strcontains(base64decode(aws_launch_template.this.user_data), "ECS_CONTAINER_STOP_TIMEOUT=110s")
    error_message = "A spot notice does not drain the machine."
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].stopTimeout == 110
    error_message = "A consumer has too little time to hand back its tasks."
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.protect.policy).Statement[0].Resource == ["arn:aws:ecs:eu-central-1:111122223333:task/verillm-w-01/*"]
    error_message = "A consumer cannot protect its own tasks, or can protect others'."
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.protect.policy).Statement[0].Action == ["ecs:GetTaskProtection", "ecs:UpdateTaskProtection"]
    error_message = "A consumer cannot ask for protection, or may do more."
  }

  assert {
    condition     = aws_autoscaling_group.this.capacity_rebalance
    error_message = "A machine that the spot market is about to take back is replaced only when it is gone."
  }
}

run "tags_the_role_that_others_let_in" {
  command = plan

  variables {
    tags = { "verillm-worker-of" = "verillm" }
  }

  assert {
    condition     = output.task_role_tags["verillm-worker-of"] == "verillm"
    error_message = "The worker's role has not the tag by which the poster's lets it in."
  }
}

run "has_a_gpu_and_mixes_spot_machines" {
  command = plan

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].resourceRequirements == [{ type = "GPU", value = "1" }]
    error_message = "The consumer asks for no GPU."
  }

  assert {
    condition     = startswith(aws_launch_template.this.image_id, "resolve:ssm:/aws/service/ecs/optimized-ami/") && strcontains(aws_launch_template.this.image_id, "/gpu/")
    error_message = "Machines do not start from AWS's GPU image."
  }

  assert {
    condition     = aws_autoscaling_group.this.mixed_instances_policy[0].instances_distribution[0].spot_allocation_strategy == "price-capacity-optimized" && aws_autoscaling_group.this.mixed_instances_policy[0].instances_distribution[0].on_demand_base_capacity == 0
    error_message = "Machines are not bought as asked."
  }

  assert {
    condition     = length(aws_autoscaling_group.this.mixed_instances_policy[0].launch_template[0].override) == 4
    error_message = "Types are missing."
  }

  assert {
    condition     = aws_launch_template.this.metadata_options[0].http_tokens == "required" && aws_launch_template.this.metadata_options[0].http_put_response_hop_limit == 1 && aws_launch_template.this.block_device_mappings[0].ebs[0].encrypted == "true"
    error_message = "A container could take the machine's role, or the disk is not encrypted."
  }

  assert {
    condition     = strcontains(base64decode(aws_launch_template.this.user_data), "ECS_AWSVPC_BLOCK_IMDS=true")
    error_message = "A container could take the machine's role."
  }
}

run "serves_the_model_that_it_is_told_by_its_hash" {
  command = plan

  variables {
    model = {
      name = "small"
      hash = "1111111111111111111111111111111111111111111111111111111111111111"
      from = "s3://verillm-models-111122223333/"
    }
  }

  assert {
    condition = { for pair in jsondecode(aws_ecs_task_definition.this.container_definitions)[0].environment : pair.name => pair.value if startswith(pair.name, "VERILLM_MODEL") } == {
      VERILLM_MODEL       = "small@${var.model.hash}"
      VERILLM_MODELS_FROM = var.model.from
      VERILLM_MODELS      = "/models"
    }
    error_message = "The consumer is told another model."
  }

  assert {
    condition     = one([for volume in aws_ecs_task_definition.this.volume : volume.host_path if volume.name == "models"]) == local.models_dir && one([for mount in jsondecode(aws_ecs_task_definition.this.container_definitions)[0].mountPoints : mount.containerPath if mount.sourceVolume == "models"]) == "/models"
    error_message = "The model goes with its task."
  }

  assert {
    condition     = strcontains(base64decode(aws_launch_template.this.user_data), "install -d -o 65532 -g 65532 -m 0700 ${local.models_dir}\n")
    error_message = "The image's user cannot keep a model on the machine."
  }
}

run "refuses_a_model_without_its_hash" {
  command = plan

  variables {
    model = { name = "builtin", hash = "latest", from = "verillm-models" }
  }

  expect_failures = [var.model]
}

run "plants_flags_as_it_is_told" {
  command = plan

  variables {
    flags = {
      access  = "arn:aws:iam::111122223333:role/verillm-poster"
      prompts = "s3://verillm-packages-111122223333/flags/w-01/prompts.jsonl@2222222222222222222222222222222222222222222222222222222222222222"
    }
  }

  assert {
    condition = { for pair in jsondecode(aws_ecs_task_definition.this.container_definitions)[0].environment : pair.name => pair.value if startswith(pair.name, "VERILLM_FLAG") } == {
      VERILLM_FLAG_ACCESS  = var.flags.access
      VERILLM_FLAG_PROMPTS = var.flags.prompts
    }
    error_message = "The consumer plants its flags as somebody else, or asks what everybody knows."
  }
}

run "refuses_prompts_that_somebody_could_change" {
  command = plan

  variables {
    flags = { access = "arn:aws:iam::111122223333:role/verillm-poster", prompts = "s3://verillm-packages-111122223333/flags/w-01/prompts.jsonl" }
  }

  expect_failures = [var.flags]
}

run "refuses_flags_that_everybody_knows" {
  command = plan

  variables {
    model = {
      name = "small"
      hash = "1111111111111111111111111111111111111111111111111111111111111111"
      from = "s3://verillm-models-111122223333/"
    }
    flags = { access = "arn:aws:iam::111122223333:role/verillm-poster" }
  }

  expect_failures = [var.flags]
}

run "adds_one_by_one_and_takes_away_late" {
  command = plan

  variables {
    scaling = { max = 3, partitions = 4, lag_max = 10 }
  }

  assert {
    condition     = aws_appautoscaling_policy.out["this"].step_scaling_policy_configuration[0].adjustment_type == "ChangeInCapacity" && one(aws_appautoscaling_policy.out["this"].step_scaling_policy_configuration[0].step_adjustment).scaling_adjustment == 1
    error_message = "A lag that falls takes consumers away from their work."
  }

  assert {
    condition     = aws_appautoscaling_policy.out["this"].step_scaling_policy_configuration[0].cooldown == 300
    error_message = "A second machine is asked for before the first can come."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.out["this"].threshold == 10 && aws_cloudwatch_metric_alarm.out["this"].alarm_actions == toset([aws_appautoscaling_policy.out["this"].arn])
    error_message = "Waiting tasks add no consumer."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.in["this"].evaluation_periods == 30 && aws_cloudwatch_metric_alarm.in["this"].period == 60 && aws_cloudwatch_metric_alarm.in["this"].treat_missing_data == "notBreaching"
    error_message = "Consumers are taken away while openings and votes may be owed."
  }

  assert {
    condition     = one(aws_appautoscaling_policy.in["this"].step_scaling_policy_configuration[0].step_adjustment).scaling_adjustment == 1 && aws_appautoscaling_target.this.min_capacity == 1
    error_message = "The last consumer is taken away."
  }

  assert {
    condition     = aws_autoscaling_group.this.max_size == 3 && aws_appautoscaling_target.this.max_capacity == 3
    error_message = "Machines and consumers have different bounds."
  }
}

run "comes_in_by_a_group_that_workers_share" {
  command = plan

  variables {
    kafka = merge(var.kafka, { client_security_group_id = "sg-0c" })
  }

  assert {
    condition     = length(aws_ecs_service.this.network_configuration[0].security_groups) == 2 && contains(aws_ecs_service.this.network_configuration[0].security_groups, "sg-0c")
    error_message = "The brokers would need a rule for each worker, and have room for sixty."
  }
}

run "rests_until_somebody_asks" {
  command = plan

  variables {
    scaling = { min = 0, idle_minutes = 20 }
    backlog = { log = "1111111111111111111111111111111111111111111111111111111111111111", model = "builtin" }
  }

  assert {
    condition     = aws_appautoscaling_target.this.min_capacity == 0 && aws_appautoscaling_target.this.max_capacity == 1 && aws_ecs_service.this.desired_count == 1
    error_message = "The worker never rests, or never comes to register."
  }

  assert {
    condition = alltrue([
      one([for query in aws_cloudwatch_metric_alarm.wake["this"].metric_query : query.metric[0] if query.id == "open"]).metric_name == "OpenRequests",
      one([for query in aws_cloudwatch_metric_alarm.wake["this"].metric_query : query.metric[0] if query.id == "open"]).namespace == "VeriLLM",
      one([for query in aws_cloudwatch_metric_alarm.wake["this"].metric_query : query.metric[0] if query.id == "open"]).stat == "Maximum",
      one([for query in aws_cloudwatch_metric_alarm.wake["this"].metric_query : query.metric[0] if query.id == "open"]).dimensions == tomap({ Log = var.backlog.log, Model = "builtin" }),
      one([for query in aws_cloudwatch_metric_alarm.wake["this"].metric_query : query.expression if query.expression != null]) == "FILL(open, 0) + FILL(lag, 0)",
      one([for query in aws_cloudwatch_metric_alarm.wake["this"].metric_query : query.metric[0].dimensions if query.id == "lag"]) == tomap(local.lag_dimensions),
      # The newest minute of a lag that comes late is no lag.
      aws_cloudwatch_metric_alarm.wake["this"].datapoints_to_alarm == 1 && aws_cloudwatch_metric_alarm.wake["this"].evaluation_periods == 5,
      aws_cloudwatch_metric_alarm.wake["this"].threshold == 0 && aws_cloudwatch_metric_alarm.wake["this"].comparison_operator == "GreaterThanThreshold",
      aws_cloudwatch_metric_alarm.wake["this"].alarm_actions == toset([aws_appautoscaling_policy.out["this"].arn]),
      aws_cloudwatch_metric_alarm.wake["this"].treat_missing_data == "notBreaching",
    ])
    error_message = "Requests start nobody, or only those that wait do."
  }

  assert {
    condition     = aws_appautoscaling_policy.out["this"].step_scaling_policy_configuration[0].cooldown == 60
    error_message = "A wake that was undone is not repeated for minutes of a wait."
  }

  assert {
    condition = alltrue([
      for query in aws_cloudwatch_metric_alarm.rest["this"].metric_query :
      query.metric[0].dimensions == tomap({ Log = var.backlog.log, Model = "builtin" }) && query.metric[0].stat == (query.id == "said" ? "SampleCount" : "Maximum") && contains(["OpenRequests", "OwingWorkers", "UnknownShards"], query.metric[0].metric_name)
      if try(query.metric[0].namespace, "") == "VeriLLM"
    ])
    error_message = "The alarms look at another log or model."
  }

  # Where the coordinator says nothing there is no point, and so no alarm; lag comes too late to be waited for.
  assert {
    condition = alltrue([
      one([for query in aws_cloudwatch_metric_alarm.rest["this"].metric_query : query.expression if query.expression != null]) == "(open + owing + unknown + FILL(lag, 0)) / said",
      toset([for query in aws_cloudwatch_metric_alarm.rest["this"].metric_query : query.metric[0].metric_name if query.expression == null]) == toset(["OpenRequests", "OwingWorkers", "UnknownShards", "SumOffsetLag"]),
      aws_cloudwatch_metric_alarm.rest["this"].evaluation_periods == 20 && aws_cloudwatch_metric_alarm.rest["this"].datapoints_to_alarm == 20 && aws_cloudwatch_metric_alarm.rest["this"].treat_missing_data == "notBreaching",
      aws_cloudwatch_metric_alarm.rest["this"].alarm_actions == toset([aws_appautoscaling_policy.in["this"].arn]),
    ])
    error_message = "A worker rests while it owes something, or while nobody knows."
  }

  assert {
    condition     = one(aws_appautoscaling_policy.in["this"].step_scaling_policy_configuration[0].step_adjustment).scaling_adjustment == 0 && length(aws_cloudwatch_metric_alarm.in) == 0
    error_message = "The last consumer stays, or goes for want of lag alone."
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.tasks) == 0 && one([for query in aws_cloudwatch_metric_alarm.start["this"].metric_query : query.expression if query.expression != null]) == "FILL(wanted, 0) - FILL(running, 0)"
    error_message = "People are told that a resting worker rests, or are not that it cannot start."
  }
}

run "refuses_to_rest_where_nothing_wakes_it" {
  command = plan

  variables {
    scaling = { min = 0 }
  }

  expect_failures = [var.scaling]
}

run "refuses_to_wake_for_another_model" {
  command = plan

  variables {
    scaling = { min = 0 }
    backlog = { log = "1111", model = "small" }
  }

  expect_failures = [var.backlog]
}

run "refuses_bounds_that_are_none" {
  command = plan

  variables {
    scaling = { min = 0, max = 0 }
    backlog = { log = "1111111111111111111111111111111111111111111111111111111111111111", model = "builtin" }
  }

  expect_failures = [var.scaling]
}

run "has_narrow_rights" {
  command = plan

  assert {
    condition     = jsonencode(output.role_policy_arns) == jsonencode(["arn:aws:iam::111122223333:policy/verillm-kafka-w-01"])
    error_message = "The program has other rights than it was given."
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_iam_role_policy.instance.policy).Statement :
      statement.Resource != ["*"] || statement.Action == ["ecs:DiscoverPollEndpoint"]
    ])
    error_message = "A role has a right on everything that could be had on less."
  }
}

run "is_bounded_where_the_account_demands_it" {
  command = plan

  variables {
    permissions_boundary_arn = "arn:aws:iam::111122223333:policy/boundary"
  }

  assert {
    condition     = aws_iam_role.instance.permissions_boundary == var.permissions_boundary_arn
    error_message = "The machines' role knows no bounds."
  }
}

run "refuses_more_consumers_than_partitions" {
  command = plan

  variables {
    name         = "ecs-w-01"
    scaling      = { max = 2, partitions = 1 }
    stop_timeout = 300
    worker_id    = "W_1"
    task_size    = { cpu = 1 }
  }

  expect_failures = [var.name, var.scaling, var.stop_timeout, var.worker_id, var.task_size]
}

run "refuses_to_leave_before_duties_end" {
  command = plan

  variables {
    scaling = { idle_minutes = 5 }
  }

  expect_failures = [var.scaling]
}

run "refuses_machines_without_enough_gpus" {
  command = plan

  variables {
    instances = { types = ["g6.xlarge"], gpus_per_task = 4 }
  }

  expect_failures = [var.instances]
}

run "refuses_machines_without_gpu" {
  command = plan

  variables {
    instances = { types = ["m7g.large"] }
  }

  expect_failures = [var.instances]
}

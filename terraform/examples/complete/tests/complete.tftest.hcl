mock_provider "aws" {
  source          = "../../mocks"
  override_during = plan
}

# Mocked subnets would all have one id.
override_resource {
  target          = aws_subnet.private["eu-central-1a"]
  override_during = plan
  values          = { id = "subnet-0a" }
}

override_resource {
  target          = aws_subnet.private["eu-central-1b"]
  override_during = plan
  values          = { id = "subnet-0b" }
}

override_resource {
  target          = aws_subnet.private["eu-central-1c"]
  override_during = plan
  values          = { id = "subnet-0c" }
}

# Roles, folders and policies that would all have one ARN: who is given what can only be seen where they differ.
override_resource {
  target          = module.app["witness-a"].module.program.aws_iam_role.task
  override_during = plan
  values          = { arn = "arn:aws:iam::111122223333:role/witness-a" }
}

override_resource {
  target          = aws_efs_access_point.this["a"]
  override_during = plan
  values          = { arn = "arn:aws:elasticfilesystem:eu-central-1:111122223333:access-point/fsap-a", id = "fsap-a" }
}

override_resource {
  target          = module.app["witness-b"].module.program.aws_iam_role.task
  override_during = plan
  values          = { arn = "arn:aws:iam::111122223333:role/witness-b" }
}

override_resource {
  target          = aws_efs_access_point.this["b"]
  override_during = plan
  values          = { arn = "arn:aws:elasticfilesystem:eu-central-1:111122223333:access-point/fsap-b", id = "fsap-b" }
}

override_resource {
  target          = module.access.aws_iam_policy.this["tool"]
  override_during = plan
  values          = { arn = "arn:aws:iam::111122223333:policy/kafka-tool" }
}

override_resource {
  target          = module.access.aws_iam_policy.this["gateway"]
  override_during = plan
  values          = { arn = "arn:aws:iam::111122223333:policy/kafka-gateway" }
}

override_resource {
  target          = module.access.aws_iam_policy.this["poster"]
  override_during = plan
  values          = { arn = "arn:aws:iam::111122223333:policy/kafka-poster" }
}

override_resource {
  target          = aws_iam_role.poster
  override_during = plan
  values          = { arn = "arn:aws:iam::111122223333:role/verillm-poster" }
}

override_resource {
  target          = aws_iam_policy.flags
  override_during = plan
  values          = { arn = "arn:aws:iam::111122223333:policy/verillm-flags" }
}

override_resource {
  target          = module.access.aws_iam_policy.this["analyst"]
  override_during = plan
  values          = { arn = "arn:aws:iam::111122223333:policy/kafka-analyst" }
}

override_resource {
  target          = module.access.aws_iam_policy.this["coordinator"]
  override_during = plan
  values          = { arn = "arn:aws:iam::111122223333:policy/kafka-coordinator" }
}

override_resource {
  target          = module.access.aws_iam_policy.this["ledger"]
  override_during = plan
  values          = { arn = "arn:aws:iam::111122223333:policy/kafka-ledger" }
}

override_resource {
  target          = module.access.aws_iam_policy.this["sealer"]
  override_during = plan
  values          = { arn = "arn:aws:iam::111122223333:policy/kafka-sealer" }
}

override_resource {
  target          = module.access.aws_iam_policy.this["witness-a"]
  override_during = plan
  values          = { arn = "arn:aws:iam::111122223333:policy/kafka-witness-a" }
}

override_resource {
  target          = module.access.aws_iam_policy.this["w-01"]
  override_during = plan
  values          = { arn = "arn:aws:iam::111122223333:policy/kafka-w-01" }
}

override_resource {
  target          = module.access.aws_iam_policy.this["w-02"]
  override_during = plan
  values          = { arn = "arn:aws:iam::111122223333:policy/kafka-w-02" }
}

override_resource {
  target          = module.artifacts.aws_iam_policy.this["worker-w-01"]
  override_during = plan
  values          = { arn = "arn:aws:iam::111122223333:policy/artifacts-worker-w-01" }
}

override_resource {
  target          = module.artifacts.aws_iam_policy.this["worker-w-02"]
  override_during = plan
  values          = { arn = "arn:aws:iam::111122223333:policy/artifacts-worker-w-02" }
}

override_resource {
  target          = module.artifacts.aws_iam_policy.this["models"]
  override_during = plan
  values          = { arn = "arn:aws:iam::111122223333:policy/artifacts-models" }
}

override_resource {
  target          = module.artifacts.aws_iam_policy.this["publisher"]
  override_during = plan
  values          = { arn = "arn:aws:iam::111122223333:policy/artifacts-publisher" }
}

variables {
  alarms          = { ops = { endpoint = "ops@example.org" } }
  coordinator_key = "3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29"
  images = {
    streams = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/verillm/streams@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    worker  = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/verillm/worker@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  }
  workers = {
    w-01 = { secret_arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:verillm-w-01-abcdef", key = "1111111111111111111111111111111111111111111111111111111111111111" }
    w-02 = { secret_arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:verillm-w-02-abcdef", key = "2222222222222222222222222222222222222222222222222222222222222222" }
    w-03 = { secret_arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:verillm-w-03-abcdef", key = "3333333333333333333333333333333333333333333333333333333333333333" }
    w-04 = { secret_arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:verillm-w-04-abcdef", key = "4444444444444444444444444444444444444444444444444444444444444444" }
  }
  secrets = {
    coordinator = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:verillm-coordinator-abcdef"
    gateway     = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:verillm-gateway-abcdef"
    witnesses = {
      a = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:verillm-witness-a-abcdef"
      b = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:verillm-witness-b-abcdef"
    }
  }
  intake = { key = "intake.jar", object_version = "abc" }
  sink   = { key = "iceberg-sink.zip", object_version = "abc" }
}

run "joins_the_modules" {
  command = plan

  assert {
    condition     = length(module.app) == 8 && length(module.worker) == 4
    error_message = "There are ${length(module.app)} apps and ${length(module.worker)} workers."
  }

  assert {
    condition     = toset(keys(module.access.policy_arns)) == toset(["tool", "founder", "gateway", "poster", "analyst", "sink", "coordinator", "ledger", "sealer", "witness-a", "witness-b", "w-01", "w-02", "w-03", "w-04"])
    error_message = "Somebody has no rights, or rights that nobody uses."
  }

  assert {
    condition     = output.worker_groups == { w-01 = "worker-w-01", w-02 = "worker-w-02", w-03 = "worker-w-03", w-04 = "worker-w-04" }
    error_message = "Workers' groups are not those of the manifest."
  }

  assert {
    condition     = alltrue([for group in values(output.worker_groups) : contains([for owned in local.manifest.groups : owned.role == "worker" ? replace(owned.name, "<worker>", trimprefix(group, "worker-")) : owned.name], group)])
    error_message = "Terraform and the manifest name a worker's group differently."
  }

  assert {
    condition     = alltrue([for key, worker in module.worker : contains([for topic in local.manifest.topics : replace(topic.name, "<worker>", key)], worker.tasks_topic)])
    error_message = "Terraform and the manifest name a worker's tasks differently."
  }

  assert {
    condition     = alltrue(flatten([for app in local.apps : [for topic in app.topics : contains(local.manifest.topics[*].name, topic)]]))
    error_message = "An alarm watches a topic that does not exist."
  }

  assert {
    condition     = alltrue([for app in local.apps : app.group == null || contains(local.manifest.groups[*].name, coalesce(app.group, "-"))])
    error_message = "An alarm watches a group that does not exist."
  }
}

run "keeps_keys_where_they_belong" {
  command = plan

  assert {
    condition = jsonencode({ for key, app in local.apps : key => app.secrets }) == jsonencode(merge(
      { for key in ["coordinator", "ledger", "sealer", "founder"] : key => [var.secrets.coordinator] },
      { for id, secret in var.secrets.witnesses : "witness-${id}" => [secret] },
      { tool = [], analyst = [] },
    ))
    error_message = "A program may read another's secret, or not its own."
  }

  assert {
    condition     = alltrue(flatten([for app in local.apps : [for secret in app.secrets : contains(app.command, secret) if app.count > 0]]))
    error_message = "A program is not told the secret that it may read."
  }

  assert {
    condition     = contains(local.apps["coordinator"].command, join(",", [for n in range(1, 5) : "stake:w-0${n}@${join("", [for i in range(64) : n])}=30000000"]))
    error_message = "A worker has no stake, so nobody draws it."
  }

  assert {
    condition     = length(local.signs) == 0 && length(local.kms) == 0 && module.artifacts.signing_key_arn == null
    error_message = "KMS signs, though nobody asked for it."
  }
}

run "gives_each_program_its_own_rights" {
  command = plan

  assert {
    condition = jsonencode({ for key, app in module.app : key => app.role_policy_arns if !contains(["witness-b", "founder", "analyst"], key) }) == jsonencode({
      tool        = ["arn:aws:iam::111122223333:policy/kafka-tool"]
      coordinator = ["arn:aws:iam::111122223333:policy/kafka-coordinator"]
      ledger      = ["arn:aws:iam::111122223333:policy/kafka-ledger"]
      sealer      = ["arn:aws:iam::111122223333:policy/artifacts-publisher", "arn:aws:iam::111122223333:policy/kafka-sealer"]
      witness-a   = ["arn:aws:iam::111122223333:policy/kafka-witness-a"]
    })
    error_message = "An app has other rights than its own."
  }

  assert {
    condition = jsonencode({ for key, worker in module.worker : key => worker.role_policy_arns if contains(["w-01", "w-02"], key) }) == jsonencode({
      for key in ["w-01", "w-02"] : key => ["arn:aws:iam::111122223333:policy/artifacts-worker-${key}", "arn:aws:iam::111122223333:policy/kafka-${key}", "arn:aws:iam::111122223333:policy/verillm-flags"]
    })
    error_message = "A worker has other rights than its own."
  }

  assert {
    condition = alltrue([
      aws_iam_role_policy_attachment.poster.policy_arn == "arn:aws:iam::111122223333:policy/kafka-poster",
      jsondecode(aws_iam_policy.flags.policy).Statement[0].Resource == "arn:aws:iam::111122223333:role/verillm-poster",
      local.flags["w-01"].access == "arn:aws:iam::111122223333:role/verillm-poster" && local.flags["w-01"].prompts == null,
      jsonencode(jsondecode(aws_iam_role.poster.assume_role_policy).Statement[0].Condition) == jsonencode({
        ArnLike      = { "aws:PrincipalArn" = "arn:aws:iam::111122223333:role/verillm-*-task" }
        StringEquals = { "aws:PrincipalTag/verillm-worker-of" = "verillm" }
      }),
      alltrue([for worker in module.worker : worker.task_role_tags["verillm-worker-of"] == "verillm"]),
    ])
    error_message = "Workers cannot post their flags as the poster, or can as somebody else."
  }

  assert {
    condition     = one(module.intake.role_policy_arns) == "arn:aws:iam::111122223333:policy/kafka-gateway"
    error_message = "The intake has other rights than the gateway's."
  }
}

run "rests_while_nobody_asks" {
  command = plan

  variables {
    workers = { for id, worker in var.workers : id => merge(worker, { min = id == "w-01" ? 1 : 0, sessions = id == "w-01" ? 6 : null, volume_gib = id == "w-01" ? 300 : 150, task_size = { cpu = id == "w-01" ? 7168 : 3072, memory = id == "w-01" ? 28672 : 12288 } }) }
  }

  assert {
    condition     = contains(local.apps["coordinator"].command, "--metrics")
    error_message = "Nobody says what waits for workers."
  }

  assert {
    condition     = module.worker["w-01"].scaling == null && alltrue([for id in ["w-02", "w-03", "w-04"] : module.worker[id].scaling == { min = 0, max = 1 }])
    error_message = "Workers do not rest as they are told, or run in more consumers than their tasks have partitions."
  }

  assert {
    condition     = module.worker["w-01"].wakes_on == null && alltrue([for id in ["w-02", "w-03", "w-04"] : module.worker[id].wakes_on == tomap({ Log = var.coordinator_key, Model = "builtin" })])
    error_message = "A worker wakes for another log or model."
  }

  assert {
    condition     = module.worker["w-01"].sizes == { volume_gib = 300, cpu = 7168, memory = 28672 } && module.worker["w-02"].sizes == { volume_gib = 150, cpu = 3072, memory = 12288 }
    error_message = "A worker has another disk or size than it was given."
  }

  assert {
    condition     = element(local.workers["w-01"].command, index(local.workers["w-01"].command, "--sessions") + 1) == "6" && !contains(local.workers["w-02"].command, "--sessions")
    error_message = "A worker has another number of tasks in hand than it was given."
  }
}

run "refuses_more_consumers_than_partitions" {
  command = plan

  variables {
    workers = { for id, worker in var.workers : id => merge(worker, { min = 2 }) }
  }

  expect_failures = [var.workers]
}

run "signs_with_kms_where_told_to" {
  command = plan

  variables {
    sign_with_kms = true
  }

  assert {
    condition     = alltrue([for key in ["coordinator", "ledger", "sealer"] : contains(local.apps[key].command, "--kms-key") && contains(local.apps[key].extra, "signer")])
    error_message = "One of the three programs signs with another key, or may not."
  }

  assert {
    condition     = [for key, app in local.apps : key if contains(app.secrets, var.secrets.coordinator)] == ["coordinator", "founder"]
    error_message = "Somebody who need not draw can foretell the draws."
  }
}

run "serves_an_imported_model" {
  command = plan

  variables {
    models  = { small = "1111111111111111111111111111111111111111111111111111111111111111" }
    workers = { for id, worker in var.workers : id => merge(worker, { model = "small" }, id == "w-02" ? { flag_prompts = "prompts-1.jsonl@2222222222222222222222222222222222222222222222222222222222222222" } : {}) }
  }

  override_resource {
    target          = module.artifacts.aws_iam_policy.this["model-small"]
    override_during = plan
    values          = { arn = "arn:aws:iam::111122223333:policy/artifacts-model-small" }
  }

  assert {
    condition     = alltrue([for worker in module.worker : contains(worker.role_policy_arns, "arn:aws:iam::111122223333:policy/artifacts-model-small")])
    error_message = "A worker may not read the model that it serves."
  }

  assert {
    condition     = [for key, app in module.app : key if contains(app.role_policy_arns, "arn:aws:iam::111122223333:policy/artifacts-model-small")] == ["coordinator"]
    error_message = "Somebody else reads the model, or who offers it may not."
  }

  assert {
    condition     = [for key, app in module.app : key if contains(app.role_policy_arns, "arn:aws:iam::111122223333:policy/artifacts-models")] == ["founder"]
    error_message = "A changed model cannot be registered before it is served, or somebody else reads every model."
  }

  # Flags of its own model, with prompts of its own, or none.
  assert {
    condition = local.flags == { w-02 = {
      access  = "arn:aws:iam::111122223333:role/verillm-poster"
      prompts = "s3://${module.artifacts.bucket_names["packages"]}/flags/w-02/prompts-1.jsonl@2222222222222222222222222222222222222222222222222222222222222222"
    } }
    error_message = "A worker of an imported model asks prompts that everybody knows, or another's."
  }

  assert {
    condition     = [for id, worker in module.worker : id if contains(worker.role_policy_arns, "arn:aws:iam::111122223333:policy/verillm-flags")] == ["w-02"]
    error_message = "A worker cannot post its flags, or can without having any."
  }

  assert {
    condition     = local.served["VERILLM_MODEL"] == "small@${var.models.small}" && startswith(local.served["VERILLM_MODELS_FROM"], "s3://verillm-models-")
    error_message = "The coordinator offers another model than workers serve."
  }
}

run "refuses_a_model_without_a_committee" {
  command = plan

  variables {
    models  = { small = "1111111111111111111111111111111111111111111111111111111111111111" }
    workers = merge(var.workers, { w-01 = merge(var.workers["w-01"], { model = "small" }) })
  }

  expect_failures = [var.workers]
}

run "refuses_a_stake_for_any_key" {
  command = plan

  variables {
    workers = merge(var.workers, { w-01 = { secret_arn = var.workers["w-01"].secret_arn } })
  }

  expect_failures = [var.workers]
}

run "hides_the_draws_from_who_only_signs" {
  command = plan

  variables {
    secrets = merge(var.secrets, { signing = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:verillm-signing-abcdef" })
  }

  assert {
    condition     = alltrue([for key in ["ledger", "sealer"] : one(local.apps[key].secrets) == var.secrets.signing]) && contains(local.apps["sealer"].command, var.secrets.signing)
    error_message = "Ledger or sealer read more than the signing key."
  }
}

run "runs_nothing_before_the_log_is_founded" {
  command = plan

  variables {
    coordinator_key = null
  }

  assert {
    condition     = sum([for app in local.apps : app.count]) == 0 && length(module.worker) == 0 && length(module.app) == 8 && !module.observability.watches.stalled
    error_message = "A program starts without topics, or cannot be run once, or everybody is told that nobody seals."
  }
}

run "lets_an_operator_in" {
  command = plan

  variables {
    operator_clients  = { vpn = { cidr_ipv4 = "10.9.0.0/24" } }
    workers_outside   = ["w-09"]
    witnesses_outside = ["alice"]
    auditors_outside  = ["bob"]
  }

  assert {
    condition     = { for key, place in output.run_task : key => place.task_definition if place.cluster == "verillm" && place.log_group == "/verillm/verillm-${key}" && toset(place.subnets) == toset(["subnet-0a", "subnet-0b", "subnet-0c"]) && length(place.security_groups) == 1 } == { tool = "verillm-tool", founder = "verillm-founder", analyst = "verillm-analyst" }
    error_message = "A program cannot be run for a task: ${jsonencode(output.run_task)}"
  }

  assert {
    condition     = local.apps["tool"].count == 0 && contains(local.apps["tool"].command, "w-01,w-02,w-03,w-04,w-09") && element(local.apps["tool"].command, index(local.apps["tool"].command, "--posters") + 1) == "w-09" && module.access.rights["tool"] != null
    error_message = "The topics tool forgets a worker, or runs for ever."
  }

  assert {
    condition     = contains(keys(output.evidence_policy_arns), "w-09") && output.cluster.bootstrap_brokers_scram == module.kafka.bootstrap_brokers_scram
    error_message = "A worker outside lacks what it needs."
  }

  assert {
    condition     = contains(local.apps.tool.command, "a,alice,b") && !contains(keys(module.app), "witness-alice")
    error_message = "A witness outside gets no rights, or is run here."
  }

  assert {
    condition     = try(element(local.apps.tool.command, index(local.apps.tool.command, "--analysts") + 1), null) == "bob"
    error_message = "An auditor outside gets no rights."
  }
}

run "takes_limits_from_the_manifest" {
  command = plan

  assert {
    condition     = module.access.record_bytes_max == max([for topic in local.manifest.topics : tonumber(topic.configs["max.message.bytes"])]...)
    error_message = "Brokers take smaller records than topics."
  }

  assert {
    condition     = module.access.worker_task_partitions == 1 && local.apps["coordinator"].partitions == local.manifest.shards
    error_message = "Bounds are not those of the manifest."
  }

  assert {
    condition     = length(local.schemas) == length(module.schemas.schema_arns) && length(local.schemas) > 30
    error_message = "Schemas are missing."
  }
}

run "keeps_everything_private" {
  command = plan

  assert {
    condition     = alltrue([for subnet in aws_subnet.private : subnet.map_public_ip_on_launch != true]) && length(aws_subnet.private) == 3
    error_message = "A private subnet gives out public addresses."
  }

  assert {
    condition     = length(distinct(concat([for subnet in aws_subnet.private : subnet.cidr_block], [aws_subnet.public.cidr_block]))) == 4
    error_message = "Subnets overlap."
  }

  assert {
    condition     = strcontains(module.access.policies["w-01"], "verillm.tasks.w-01.v1") && !strcontains(module.access.policies["w-01"], "w-02")
    error_message = "A worker sees another's tasks."
  }
}

run "lets_witnesses_remember" {
  command = plan

  assert {
    condition     = length(aws_efs_access_point.this) == 2 && length(aws_efs_mount_target.this) == 3 && aws_efs_file_system.this.encrypted
    error_message = "A witness has no folder, or it is not encrypted."
  }

  assert {
    condition = { for statement in jsondecode(aws_efs_file_system_policy.this.policy).Statement : try(statement.Condition.ArnEquals["aws:PrincipalArn"], statement.Sid) => try(statement.Condition.ArnEquals["elasticfilesystem:AccessPointArn"], statement.Effect) } == {
      "arn:aws:iam::111122223333:role/witness-a" = "arn:aws:elasticfilesystem:eu-central-1:111122223333:access-point/fsap-a"
      "arn:aws:iam::111122223333:role/witness-b" = "arn:aws:elasticfilesystem:eu-central-1:111122223333:access-point/fsap-b"
      OnlyTls                                    = "Deny"
    }
    error_message = "A witness mounts another's folder, or none."
  }
}

run "takes_express_brokers" {
  command = plan

  variables {
    broker = { instance_type = "express.m7g.large" }
  }

  assert {
    condition     = length(module.kafka.alarm_arns) == 13
    error_message = "There are ${length(module.kafka.alarm_arns)} alarms on three Express brokers."
  }
}

run "has_room_for_many_workers" {
  command = plan

  override_resource {
    target          = aws_security_group.workers
    override_during = plan
    values          = { id = "sg-0c" }
  }

  # A trust policy has 2,048 characters and a security group 60 rules, where nobody asked for more: neither may grow with the workers.
  assert {
    condition     = !strcontains(aws_iam_role.poster.assume_role_policy, "w-01") && length(setintersection(module.kafka.client_names, keys(var.workers))) == 0
    error_message = "Some forty workers do not fit into an account."
  }

  assert {
    condition     = alltrue([for worker in module.worker : contains(worker.security_group_ids, "sg-0c")]) && contains(module.kafka.client_names, "workers")
    error_message = "A worker does not get to the brokers."
  }
}

run "keeps_each_zone_where_it_is" {
  command = plan

  variables {
    network = { zones = { eu-central-1c = 0, eu-central-1a = 5, eu-central-1b = 1 } }
  }

  assert {
    condition     = { for zone, subnet in aws_subnet.private : zone => subnet.cidr_block } == { eu-central-1a = "10.20.80.0/20", eu-central-1b = "10.20.16.0/20", eu-central-1c = "10.20.0.0/20" } && aws_subnet.public.availability_zone == "eu-central-1c"
    error_message = "Another zone moves the others' subnets, and the brokers' log with them."
  }
}

run "tells_people_of_what_runs" {
  command = plan

  variables {
    workers            = { for id, worker in var.workers : id => merge(worker, { on_demand = id == "w-01" }) }
    broker             = { kafka_version = "4.2.x.kraft" }
    alarm_wait_seconds = 1500
    intake             = { key = "intake.jar", object_version = "abc", authorization = { type = "JWT", issuer = "https://login.example.org", audience = ["verillm"] }, throttle = { rate = 5, burst = 9 } }
  }

  assert {
    condition     = module.observability.watches == { stalled = true, waiting = { builtin = 1500 }, impatient = ["builtin"], budget = "3000" }
    error_message = "Nobody is told of a log that stands still, of requests that wait, or of what it costs: ${jsonencode(module.observability.watches)}"
  }

  assert {
    condition     = module.worker["w-01"].machines.on_demand_base == 1 && module.worker["w-02"].machines.on_demand_base == 0 && module.kafka.kafka_version == "4.2.x.kraft"
    error_message = "Machines or brokers are others than were asked for."
  }

  assert {
    condition     = output.caller_policy_arn == null
    error_message = "Callers bring a token, and have a policy that opens nothing."
  }
}

run "lets_people_run_what_they_are_given" {
  command = plan

  override_resource {
    target          = module.app["analyst"].module.program.aws_iam_role.task
    override_during = plan
    values          = { arn = "arn:aws:iam::111122223333:role/analyst-task" }
  }

  override_resource {
    target          = module.app["analyst"].module.program.aws_iam_role.execution
    override_during = plan
    values          = { arn = "arn:aws:iam::111122223333:role/analyst-execution" }
  }

  assert {
    condition     = jsondecode(aws_iam_policy.run["analyst"].policy).Statement[0].Resource == ["arn:aws:ecs:eu-central-1:111122223333:task-definition/verillm-analyst:*"] && toset(jsondecode(aws_iam_policy.run["analyst"].policy).Statement[2].Resource) == toset(["arn:aws:iam::111122223333:role/analyst-task", "arn:aws:iam::111122223333:role/analyst-execution"])
    error_message = "Who may audit may run another program, or with another's rights."
  }

  assert {
    condition     = keys(output.run_policy_arns) == ["analyst", "founder", "tool"]
    error_message = "There is no policy for somebody who runs one of the programs."
  }
}

run "refuses_too_few" {
  command = plan

  variables {
    workers         = { w-01 = { secret_arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:verillm-w-01-abcdef" } }
    coordinator_key = "0x12"
    network         = { zones = { us-east-1a = 0, eu-central-1b = 1, eu-central-1c = 1 } }
    secrets         = merge(var.secrets, { witnesses = { a = var.secrets.gateway } })
    broker          = { count = 12 }
  }

  expect_failures = [var.workers, var.network, var.secrets, var.coordinator_key, var.broker]
}

run "refuses_a_witness_that_is_here_and_outside" {
  command = plan

  variables {
    witnesses_outside = ["a"]
  }

  expect_failures = [var.witnesses_outside]
}

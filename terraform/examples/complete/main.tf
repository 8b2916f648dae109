locals {
  manifest = jsondecode(file("${path.module}/../../manifest/catalogue.json"))

  schemas_dir = "${path.module}/../../../schemas/src/main/avro"
  schemas     = { for path in fileset(local.schemas_dir, "*.avsc") : trimsuffix(path, ".avsc") => file("${local.schemas_dir}/${path}") }

  subnet_ids = [for zone in keys(var.network.zones) : aws_subnet.private[zone].id]

  kafka = {
    cluster_name      = module.kafka.name
    bootstrap_brokers = module.kafka.bootstrap_brokers_iam
    security_group_id = module.kafka.security_group_id
  }

  # Before the log is founded nothing runs on it: without topics programs fail, and ECS takes that for a bad release.
  founded = var.coordinator_key != null
  pinned  = local.founded ? { VERILLM_COORDINATOR_KEY = var.coordinator_key } : {}

  # One key signs what coordinator, ledger and sealer say. Whoever has the coordinator's whole secret knows all draws in advance; ledger and sealer need the signing key alone.
  kms     = var.sign_with_kms ? ["--kms-key", module.artifacts.signing_key_arn] : []
  signs   = var.sign_with_kms ? ["signer"] : []
  signing = coalesce(var.secrets.signing, var.secrets.coordinator)
  stakes  = [for id, worker in var.workers : "stake:${id}@${worker.key}=${format("%d", worker.stake)}" if worker.stake > 0]
  draws   = { keys = concat(["--secret", var.secrets.coordinator], local.kms), secrets = [var.secrets.coordinator] }
  records = { keys = var.sign_with_kms ? local.kms : ["--secret", local.signing], secrets = var.sign_with_kms ? [] : [local.signing] }

  # The program is the image's argument. Sealer and witnesses read without a group, so they have no lag; their silence shows in the seals.
  apps = { for key, app in merge(
    {
      coordinator = {
        role    = "coordinator", command = concat(["app", "coordinator", "--device", "cuda", "--metrics"], length(local.stakes) == 0 ? [] : ["--fund", join(",", local.stakes)], local.draws.keys), group = "verillm-coordinator"
        topics  = ["verillm.requests.v1", "verillm.tokens.v1", "verillm.shard-inputs.v1", "verillm.commitments.v1", "verillm.openings.v1", "verillm.votes.v1"]
        count   = 2, partitions = local.manifest.shards
        size    = { cpu = 2048, memory = 8192, disk_gib = 40 }
        secrets = local.draws.secrets
        extra   = concat(local.signs, local.reads_models)
      }
      ledger = {
        role    = "ledger", command = concat(["app", "ledger"], local.records.keys), group = "verillm-ledger"
        topics  = ["verillm.ledger-commands.v1"]
        count   = 1, partitions = 1
        size    = { cpu = 1024, memory = 4096, disk_gib = 40 }
        secrets = local.records.secrets
        extra   = local.signs
      }
      sealer = {
        role    = "sealer", command = concat(["app", "sealer", "--checkpoints", "s3://${module.artifacts.bucket_names["checkpoints"]}/"], local.records.keys), group = null
        topics  = []
        count   = 1, partitions = 1
        size    = { cpu = 1024, memory = 2048, disk_gib = 21 }
        secrets = local.records.secrets
        extra   = concat(["publisher"], local.signs)
      }
      # Programs for one task at a time, by ../../run-task.
      tool = {
        role = "operator", group = null
        command = concat(["topics", "apply", "--acls", "--seed-offsets", "--seed-intake", "group", "--shards", tostring(local.manifest.shards), "--witnesses", join(",", setunion(keys(var.secrets.witnesses), var.witnesses_outside)),
        "--workers", join(",", setunion(keys(var.workers), var.workers_outside))], length(var.workers_outside) == 0 ? [] : ["--posters", join(",", var.workers_outside)], length(var.auditors_outside) == 0 ? [] : ["--analysts", join(",", var.auditors_outside)])
        topics  = []
        count   = 0, partitions = 1
        size    = { cpu = 512, memory = 2048, disk_gib = 21 }
        secrets = []
        extra   = []
      }
      founder = {
        role    = "coordinator", command = ["--help"], group = null
        topics  = []
        count   = 0, partitions = 1
        size    = { cpu = 1024, memory = 4096, disk_gib = 40 }
        secrets = local.draws.secrets
        # A changed model too, which is registered before it stands in the variables.
        extra = concat(local.signs, ["models"])
      }
      analyst = {
        role    = "analyst", command = concat(["audit"], local.founded ? ["--coordinator-key", var.coordinator_key] : []), group = null
        topics  = []
        count   = 0, partitions = 1
        size    = { cpu = 2048, memory = 8192, disk_gib = 100 }
        secrets = []
        extra   = ["reader"]
      }
    },
    {
      for id, secret in var.secrets.witnesses : "witness-${id}" => {
        role    = "witness", command = ["witness", "--id", id, "--secret", secret], group = null
        topics  = []
        count   = 1, partitions = 1
        size    = { cpu = 512, memory = 2048, disk_gib = 21 }
        secrets = [secret]
        extra   = []
      }
    },
  ) : key => merge(app, { count = local.founded ? app.count : 0 }) }

  workers = { for id, worker in var.workers : id => merge(worker, {
    command = concat(["worker", "--id", id, "--intake", "group", "--device", "cuda", "--secret", worker.secret_arn, "--evidence", "s3://${module.artifacts.bucket_names["evidence"]}/${id}/"],
    worker.sessions == null ? [] : ["--sessions", tostring(worker.sessions)])
  }) if local.founded }

  # What workers serve the coordinator offers, and `setup` registers.
  models_from = "s3://${module.artifacts.bucket_names["models"]}/"
  served = length(var.models) == 0 ? {} : {
    VERILLM_MODELS_FROM = local.models_from
    VERILLM_MODEL       = join(",", [for model in distinct([for worker in var.workers : worker.model]) : model == "builtin" ? model : "${model}@${var.models[model]}"])
  }
  reads_models = [for model in keys(var.models) : "model-${model}"]
}

################################################################################
# Kafka and who may do what
################################################################################

module "kafka" {
  source = "../../modules/kafka"

  name             = var.name
  vpc_id           = aws_vpc.this.id
  subnet_ids       = local.subnet_ids
  broker           = var.broker
  kafka_version    = var.broker.kafka_version
  record_bytes_max = module.access.record_bytes_max
  authentication   = { iam = true, scram = true }
  alarms           = { actions = [module.observability.topic_arn] }

  clients = merge(
    { for key, app in module.app : key => { security_group_id = app.security_group_id } },
    {
      workers   = { security_group_id = aws_security_group.workers.id }
      intake    = { security_group_id = module.intake.security_group_id }
      analytics = { security_group_id = module.analytics.security_group_id }
    },
    var.operator_clients,
  )
}

# Brokers have room for some sixty rules: workers share one.
resource "aws_security_group" "workers" {
  name_prefix = "${var.name}-workers-"
  description = "Workers of ${var.name}, as the brokers let them in"
  vpc_id      = aws_vpc.this.id
  tags        = { Name = "${var.name}-workers" }

  lifecycle {
    create_before_destroy = true
  }
}

module "access" {
  source = "../../modules/kafka-access"

  name        = var.name
  cluster_arn = module.kafka.arn
  manifest    = local.manifest

  principals = merge(
    {
      gateway = { role = "requester" }
      poster  = { role = "poster" }
      sink    = { role = "sink" }
    },
    { for key, app in local.apps : key => { role = app.role, administers = app.role == "operator" } },
    { for id in keys(var.workers) : id => { role = "worker", worker_id = id } },
  )
}

module "schemas" {
  source = "../../modules/schema-registry"

  name    = var.name
  schemas = local.schemas

  permissions_boundary_arn = var.permissions_boundary_arn
}

################################################################################
# What lies outside of Kafka
################################################################################

module "artifacts" {
  source = "../../modules/artifacts"

  name        = var.name
  workers     = setunion(keys(var.workers), var.workers_outside)
  models      = var.models
  checkpoints = var.checkpoint_lock
  signing_key = { create = var.sign_with_kms }
}

################################################################################
# Programs
################################################################################

resource "aws_ecs_cluster" "this" {
  name = var.name

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

module "app" {
  source   = "../../modules/streams-app"
  for_each = local.apps

  name          = "${var.name}-${each.key}"
  cluster_arn   = aws_ecs_cluster.this.arn
  image         = var.images.streams
  command       = each.value.command
  group         = each.value.group
  topics        = each.value.topics
  instances     = { count = each.value.count, partitions = each.value.partitions }
  size          = each.value.size
  secret_arns   = each.value.secrets
  kafka         = local.kafka
  vpc_id        = aws_vpc.this.id
  subnet_ids    = local.subnet_ids
  alarm_actions = [module.observability.topic_arn]

  permissions_boundary_arn = var.permissions_boundary_arn

  environment = merge(local.pinned, { VERILLM_DATA = "/state", VERILLM_MODELS = "/state/models" }, each.value.role == "coordinator" ? local.served : {})
  durable_state = each.value.role != "witness" ? null : {
    file_system_arn   = aws_efs_file_system.this.arn
    access_point_arn  = aws_efs_access_point.this[trimprefix(each.key, "witness-")].arn
    security_group_id = aws_security_group.state.id
  }

  policy_arns = merge(
    { kafka = module.access.policy_arns[each.key] },
    { for policy in each.value.extra : policy => module.artifacts.policy_arns[policy] },
  )
}

module "worker" {
  source   = "../../modules/gpu-consumer-group"
  for_each = local.workers

  name          = "${var.name}-${each.key}"
  worker_id     = each.key
  image         = var.images.worker
  command       = each.value.command
  model         = each.value.model == "builtin" ? null : { name = each.value.model, hash = var.models[each.value.model], from = local.models_from }
  instances     = { types = each.value.types, volume_gib = each.value.volume_gib, on_demand_base = each.value.on_demand ? 1 : 0 }
  scaling       = { min = each.value.min, max = module.access.worker_task_partitions, partitions = module.access.worker_task_partitions }
  backlog       = { log = var.coordinator_key, model = each.value.model }
  task_size     = each.value.task_size
  secret_arns   = [each.value.secret_arn]
  flags         = lookup(local.flags, each.key, null)
  environment   = local.pinned
  kafka         = merge(local.kafka, { client_security_group_id = aws_security_group.workers.id })
  vpc_id        = aws_vpc.this.id
  subnet_ids    = local.subnet_ids
  alarm_actions = [module.observability.topic_arn]
  tags          = local.worker_tags

  permissions_boundary_arn = var.permissions_boundary_arn

  policy_arns = merge(
    {
      kafka     = module.access.policy_arns[each.key]
      artifacts = module.artifacts.policy_arns["worker-${each.key}"]
    },
    contains(keys(local.flags), each.key) ? { flags = aws_iam_policy.flags.arn } : {},
    each.value.model == "builtin" ? {} : { model = module.artifacts.policy_arns["model-${each.value.model}"] },
  )
}

module "intake" {
  source = "../../modules/request-intake"

  name               = "${var.name}-intake"
  authorization      = var.intake.authorization
  throttle           = var.intake.throttle
  function           = { concurrency = var.intake.concurrency }
  package            = { bucket = module.artifacts.bucket_names["packages"], key = var.intake.key, object_version = var.intake.object_version }
  signing_secret_arn = var.secrets.gateway
  environment        = local.pinned
  policy_arns        = { kafka = module.access.policy_arns["gateway"] }
  kafka              = local.kafka
  vpc_id             = aws_vpc.this.id
  subnet_ids         = local.subnet_ids
  alarm_actions      = [module.observability.topic_arn]

  permissions_boundary_arn = var.permissions_boundary_arn
}

################################################################################
# Tables and alarms
################################################################################

module "analytics" {
  source = "../../modules/analytics"

  name            = "${var.name}-analytics"
  sink_policy_arn = module.access.policy_arns["sink"]
  vpc_id          = aws_vpc.this.id
  subnet_ids      = local.subnet_ids
  alarm_actions   = [module.observability.topic_arn]

  permissions_boundary_arn = var.permissions_boundary_arn

  kafka = {
    cluster_arn       = module.kafka.arn
    bootstrap_brokers = module.kafka.bootstrap_brokers_iam
    security_group_id = module.kafka.security_group_id
  }

  plugin = {
    bucket_arn     = module.artifacts.bucket_arns["packages"]
    key            = var.sink.key
    object_version = var.sink.object_version
  }
}

module "observability" {
  source = "../../modules/observability"

  name          = var.name
  subscriptions = var.alarms
  kafka         = { cluster_name = var.name, brokers = var.broker.count, sealed = local.founded }
  budget        = var.budget_dollars == null ? null : { dollars = var.budget_dollars, project = var.name }

  backlog = !local.founded ? null : {
    log          = var.coordinator_key
    models       = toset([for worker in var.workers : worker.model])
    wait_seconds = var.alarm_wait_seconds
    rests        = anytrue([for worker in var.workers : worker.min == 0])
  }

  groups = merge(
    { for key, app in local.apps : app.group => app.topics if app.group != null },
    { for key in keys(local.workers) : "worker-${key}" => ["verillm.tasks.${key}.v1"] },
  )

  services = merge(
    { for key, app in local.apps : key => { cluster = var.name, service = "${var.name}-${key}" } if app.count > 0 },
    { for key in keys(local.workers) : key => { cluster = "${var.name}-${key}", service = "${var.name}-${key}" } },
  )

  alarm_arns = flatten([
    module.kafka.alarm_arns, [for app in module.app : app.alarm_arns], [for worker in module.worker : worker.alarm_arns], module.intake.alarm_arns, module.analytics.alarm_arns,
  ])

  intake = { api_id = module.intake.api_id, function_name = "${var.name}-intake" }
}

locals {
  manifest = jsondecode(file("${path.module}/../../manifest/catalogue.json"))

  schemas_dir = "${path.module}/../../../schemas/src/main/avro"
  schemas     = { for path in fileset(local.schemas_dir, "*.avsc") : trimsuffix(path, ".avsc") => file("${local.schemas_dir}/${path}") }

  subnet_ids = [for zone in var.network.zones : aws_subnet.private[zone].id]

  kafka = {
    cluster_name      = module.kafka.name
    bootstrap_brokers = module.kafka.bootstrap_brokers_iam
    security_group_id = module.kafka.security_group_id
  }

  # One key signs what coordinator, ledger and sealer say. Only the coordinator draws; the others could do without its secret where KMS signs.
  keys  = concat(["--secret", var.secrets.coordinator], var.sign_with_kms ? ["--kms-key", module.artifacts.signing_key_arn] : [])
  signs = var.sign_with_kms ? ["signer"] : []

  # The program is the image's argument. Sealer and witnesses read without a group, so they have no lag; their silence shows in the seals.
  apps = merge(
    {
      coordinator = {
        role   = "coordinator", command = concat(["app", "coordinator", "--device", "cuda"], local.keys), group = "verillm-coordinator"
        topics = ["verillm.requests.v1", "verillm.commitments.v1", "verillm.openings.v1", "verillm.votes.v1"]
        count  = 2, partitions = local.manifest.shards
        size   = { cpu = 2048, memory = 8192 }
        extra  = local.signs
      }
      ledger = {
        role   = "ledger", command = concat(["app", "ledger"], local.keys), group = "verillm-ledger"
        topics = ["verillm.ledger-commands.v1"]
        count  = 1, partitions = 1
        size   = { cpu = 1024, memory = 4096 }
        extra  = local.signs
      }
      sealer = {
        role   = "sealer", command = concat(["app", "sealer", "--checkpoints", "s3://${module.artifacts.bucket_names["checkpoints"]}/"], local.keys), group = null
        topics = []
        count  = 1, partitions = 1
        size   = { cpu = 1024, memory = 2048 }
        extra  = concat(["publisher"], local.signs)
      }
    },
    {
      for id, secret in var.secrets.witnesses : "witness-${id}" => {
        role   = "witness", command = ["witness", "--id", id, "--secret", secret], group = null
        topics = []
        count  = 1, partitions = 1
        size   = { cpu = 512, memory = 2048 }
        extra  = []
      }
    },
  )
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
  record_bytes_max = module.access.record_bytes_max
  authentication   = { iam = true, scram = true }
  alarms           = { actions = [module.observability.topic_arn] }

  clients = merge(
    { for key, app in module.app : key => { security_group_id = app.security_group_id } },
    { for key, worker in module.worker : key => { security_group_id = worker.security_group_id } },
    {
      intake    = { security_group_id = module.intake.security_group_id }
      analytics = { security_group_id = module.analytics.security_group_id }
    },
  )
}

module "access" {
  source = "../../modules/kafka-access"

  name        = var.name
  cluster_arn = module.kafka.arn
  manifest    = local.manifest

  principals = merge(
    {
      tool    = { role = "operator", administers = true }
      gateway = { role = "requester" }
      analyst = { role = "analyst" }
      sink    = { role = "sink" }
    },
    { for key, app in local.apps : key => { role = app.role } },
    { for id in keys(var.workers) : id => { role = "worker", worker_id = id } },
  )
}

module "schemas" {
  source = "../../modules/schema-registry"

  name    = var.name
  schemas = local.schemas
}

################################################################################
# What lies outside of Kafka
################################################################################

module "artifacts" {
  source = "../../modules/artifacts"

  name        = var.name
  workers     = keys(var.workers)
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
  secret_arns   = [each.value.role == "witness" ? var.secrets.witnesses[trimprefix(each.key, "witness-")] : var.secrets.coordinator]
  kafka         = local.kafka
  vpc_id        = aws_vpc.this.id
  subnet_ids    = local.subnet_ids
  alarm_actions = [module.observability.topic_arn]

  environment = each.value.role == "witness" ? { VERILLM_DATA = "/state" } : {}
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
  for_each = var.workers

  name          = "${var.name}-${each.key}"
  worker_id     = each.key
  image         = var.images.worker
  command       = ["worker", "--id", each.key, "--intake", "group", "--device", "cuda", "--secret", each.value.secret_arn, "--evidence", "s3://${module.artifacts.bucket_names["evidence"]}/${each.key}/"]
  instances     = { types = each.value.types }
  scaling       = { max = module.access.worker_task_partitions, partitions = module.access.worker_task_partitions }
  secret_arns   = [each.value.secret_arn]
  kafka         = local.kafka
  vpc_id        = aws_vpc.this.id
  subnet_ids    = local.subnet_ids
  alarm_actions = [module.observability.topic_arn]

  policy_arns = {
    kafka     = module.access.policy_arns[each.key]
    artifacts = module.artifacts.policy_arns["worker-${each.key}"]
  }
}

module "intake" {
  source = "../../modules/request-intake"

  name               = "${var.name}-intake"
  package            = { bucket = module.artifacts.bucket_names["packages"], key = var.intake.key, object_version = var.intake.object_version }
  signing_secret_arn = var.secrets.gateway
  policy_arns        = { kafka = module.access.policy_arns["gateway"] }
  kafka              = local.kafka
  vpc_id             = aws_vpc.this.id
  subnet_ids         = local.subnet_ids
  alarm_actions      = [module.observability.topic_arn]
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
  subscriptions = { ops = { protocol = "email", endpoint = var.alarm_email } }
  kafka         = { cluster_name = var.name, brokers = var.broker.count }

  groups = merge(
    { for key, app in local.apps : app.group => app.topics if app.group != null },
    { for key, worker in var.workers : "worker-${key}" => ["verillm.tasks.${key}.v1"] },
  )

  services = merge(
    { for key in keys(local.apps) : key => { cluster = var.name, service = "${var.name}-${key}" } },
    { for key in keys(var.workers) : key => { cluster = "${var.name}-${key}", service = "${var.name}-${key}" } },
  )

  intake = { api_id = module.intake.api_id, function_name = "${var.name}-intake" }
}

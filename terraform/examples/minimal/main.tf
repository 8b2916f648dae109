# Three brokers and the ledger on them: the smallest thing that shows every step. Nobody asks the ledger for anything here.

locals {
  manifest = jsondecode(file("${path.module}/../../manifest/catalogue.json"))
}

module "kafka" {
  source = "../../modules/kafka"

  name             = "${var.name}-dev"
  vpc_id           = var.vpc_id
  subnet_ids       = var.subnet_ids
  broker           = { instance_type = "kafka.m7g.large", volume_gib = 20, volume_gib_max = 100 }
  record_bytes_max = module.access.record_bytes_max

  clients = merge(
    { for key, program in { ledger = module.ledger, tool = module.tool } : key => { security_group_id = program.security_group_id } },
    var.operator_clients,
  )
}

module "access" {
  source = "../../modules/kafka-access"

  name        = "${var.name}-dev"
  cluster_arn = module.kafka.arn
  manifest    = local.manifest
  principals = {
    tool   = { role = "operator", administers = true }
    ledger = { role = "ledger" }
  }
}

resource "aws_ecs_cluster" "this" {
  name = "${var.name}-dev"

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

module "ledger" {
  source = "../../modules/streams-app"

  name        = "${var.name}-dev-ledger"
  cluster_arn = aws_ecs_cluster.this.arn
  image       = var.image
  command     = ["app", "ledger", "--secret", var.secret_arn]
  secret_arns = [var.secret_arn]
  group       = "verillm-ledger"
  topics      = ["verillm.ledger-commands.v1"]
  policy_arns = { kafka = module.access.policy_arns["ledger"] }
  kafka       = local.kafka
  vpc_id      = var.vpc_id
  subnet_ids  = var.subnet_ids
  size        = { cpu = 512, memory = 2048 }

  permissions_boundary_arn = var.permissions_boundary_arn
}

# Runs for one task at a time, by ../../run-task.
module "tool" {
  source = "../../modules/streams-app"

  name        = "${var.name}-dev-tool"
  cluster_arn = aws_ecs_cluster.this.arn
  image       = var.image
  command     = ["topics", "apply", "--shards", tostring(local.manifest.shards)]
  environment = { VERILLM_DATA = "/state" }
  instances   = { count = 0 }
  policy_arns = { kafka = module.access.policy_arns["tool"] }
  kafka       = local.kafka
  vpc_id      = var.vpc_id
  subnet_ids  = var.subnet_ids
  size        = { cpu = 512, memory = 2048 }

  permissions_boundary_arn = var.permissions_boundary_arn
}

locals {
  kafka = {
    cluster_name      = module.kafka.name
    bootstrap_brokers = module.kafka.bootstrap_brokers_iam
    security_group_id = module.kafka.security_group_id
  }
}

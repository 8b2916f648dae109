# A development cluster without brokers of one's own, and the ledger on it: the smallest thing that shows every step.

locals {
  manifest   = jsondecode(file("${path.module}/../../manifest/catalogue.json"))
  partitions = sum(concat(local.manifest.topics[*].partitions, local.manifest.internalTopics[*].partitions))
}

module "kafka" {
  source = "../../modules/kafka-serverless"

  name       = "${var.name}-dev"
  vpc_id     = var.vpc_id
  subnet_ids = var.subnet_ids
  partitions = local.partitions
  clients    = { ledger = { security_group_id = module.ledger.security_group_id } }
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
  vpc_id      = var.vpc_id
  subnet_ids  = var.subnet_ids
  size        = { cpu = 512, memory = 2048 }

  kafka = {
    cluster_name      = module.kafka.name
    bootstrap_brokers = module.kafka.bootstrap_brokers_iam
    security_group_id = module.kafka.security_group_id
  }
}

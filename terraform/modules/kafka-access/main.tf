locals {
  # MSK names topics, groups and transactional ids by the cluster's ARN with another word in it.
  topic_arn         = replace(var.cluster_arn, ":cluster/", ":topic/")
  group_arn         = replace(var.cluster_arn, ":cluster/", ":group/")
  transactional_arn = replace(var.cluster_arn, ":cluster/", ":transactional-id/")

  iam   = { for key, principal in var.principals : key => principal if principal.authentication == "iam" }
  scram = { for key, principal in var.principals : key => principal if principal.authentication == "scram" }

  # The name that a party signs with; the topics tool writes its ACLs for it.
  user_names = {
    for key, principal in var.principals : key => (
      principal.role == "worker" ? "worker:${coalesce(principal.worker_id, "-")}" :
      principal.role == "poster" && principal.worker_id != null ? "poster:${principal.worker_id}" :
      contains(["analyst", "requester", "witness"], principal.role) ? "${principal.role}:${key}" : principal.role
    )
  }

  # What goes into its secret: with another name than that of its ACLs it could log in, and do nothing.
  logins = { for key, principal in local.scram : key => { username = local.user_names[key], password = var.scram_passwords[key] } }
}

################################################################################
# Rights, from the manifest
################################################################################

locals {
  writes = {
    for key, principal in var.principals : key => concat(
      [for topic in var.manifest.topics : replace(topic.name, "<worker>", coalesce(principal.worker_id, "-")) if contains(topic.writers, principal.role) && (!topic.perWorker || principal.role == "worker")],
      [for topic in var.manifest.internalTopics : topic.name if topic.role == principal.role],
    )
  }

  reads = {
    for key, principal in var.principals : key => concat(
      [for topic in var.manifest.topics : replace(topic.name, "<worker>", coalesce(principal.worker_id, "-")) if contains(topic.readers, principal.role) && (!topic.perWorker || principal.role == "worker")],
      [for topic in var.manifest.internalTopics : topic.name if topic.role == principal.role],
    )
  }

  # Only the coordinator's own role writes to every worker's topics, whichever workers there will be.
  writes_of_all_workers = {
    for key, principal in var.principals : key => [
      for topic in var.manifest.topics : replace(topic.name, "<worker>", "*") if topic.perWorker && principal.role != "worker" && contains(topic.writers, principal.role)
    ]
  }

  # Whoever reads with a tool of his own takes a group that begins with his name, as the ACLs of the topics tool say.
  groups = {
    for key, principal in var.principals : key => concat(
      [for group in var.manifest.groups : "${replace(group.name, "<worker>", coalesce(principal.worker_id, "-"))}${group.prefixed ? "*" : ""}" if group.role == principal.role],
      contains(["analyst", "requester"], principal.role) ? ["${local.user_names[key]}.*"] : [],
    )
  }

  transactions = {
    for key, principal in var.principals : key => [
      for transaction in var.manifest.transactions : transaction.prefixed ? "${transaction.name}*" : transaction.name if transaction.role == principal.role
    ]
  }

  # A list of all of them would be longer than IAM takes.
  every_topic = ["verillm.*", "verillm-*"]
  every_group = [for group in var.manifest.groups : replace(group.name, "<worker>", "*")]

  statements = {
    for key, principal in local.iam : key => [for statement in [
      {
        Sid      = "Connect"
        Effect   = "Allow"
        Action   = ["kafka-cluster:Connect"]
        Resource = [var.cluster_arn]
      },
      {
        Sid      = "ReadAndWrite"
        Effect   = "Allow"
        Action   = ["kafka-cluster:DescribeTopic", "kafka-cluster:ReadData", "kafka-cluster:WriteData"]
        Resource = [for topic in local.writes[key] : "${local.topic_arn}/${topic}" if contains(local.reads[key], topic)]
      },
      {
        Sid      = "Write"
        Effect   = "Allow"
        Action   = ["kafka-cluster:DescribeTopic", "kafka-cluster:WriteData"]
        Resource = [for topic in concat(local.writes[key], local.writes_of_all_workers[key]) : "${local.topic_arn}/${topic}" if !contains(local.reads[key], topic)]
      },
      {
        Sid      = "Read"
        Effect   = "Allow"
        Action   = ["kafka-cluster:DescribeTopic", "kafka-cluster:ReadData"]
        Resource = [for topic in local.reads[key] : "${local.topic_arn}/${topic}" if !contains(local.writes[key], topic)]
      },
      {
        Sid      = "WriteOnce"
        Effect   = "Allow"
        Action   = ["kafka-cluster:WriteDataIdempotently"]
        Resource = length(local.writes[key]) > 0 ? [var.cluster_arn] : []
      },
      {
        Sid      = "Groups"
        Effect   = "Allow"
        Action   = ["kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"]
        Resource = [for group in local.groups[key] : "${local.group_arn}/${group}"]
      },
      {
        Sid      = "Transactions"
        Effect   = "Allow"
        Action   = ["kafka-cluster:AlterTransactionalId", "kafka-cluster:DescribeTransactionalId"]
        Resource = [for transaction in local.transactions[key] : "${local.transactional_arn}/${transaction}"]
      },
      {
        Sid    = "AdministerCluster"
        Effect = "Allow"
        # The dynamic configuration of a cluster holds quotas.
        Action   = ["kafka-cluster:AlterCluster", "kafka-cluster:AlterClusterDynamicConfiguration", "kafka-cluster:DescribeCluster", "kafka-cluster:DescribeClusterDynamicConfiguration"]
        Resource = principal.administers ? [var.cluster_arn] : []
      },
      {
        Sid    = "AdministerTopics"
        Effect = "Allow"
        Action = [
          "kafka-cluster:AlterTopic", "kafka-cluster:AlterTopicDynamicConfiguration", "kafka-cluster:CreateTopic",
          "kafka-cluster:DescribeTopic", "kafka-cluster:DescribeTopicDynamicConfiguration",
        ]
        Resource = principal.administers ? [for topic in local.every_topic : "${local.topic_arn}/${topic}"] : []
      },
      {
        # Kafka lets nobody write a group's offsets who may not read the topic.
        Sid      = "SeedOffsets"
        Effect   = "Allow"
        Action   = ["kafka-cluster:ReadData"]
        Resource = principal.administers ? [for topic in var.manifest.topics : "${local.topic_arn}/${replace(topic.name, "<worker>", "*")}" if topic.perWorker] : []
      },
      {
        Sid      = "SeedGroups"
        Effect   = "Allow"
        Action   = ["kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"]
        Resource = principal.administers ? [for group in local.every_group : "${local.group_arn}/${group}"] : []
      },
    ] : statement if length(statement.Resource) > 0]
  }
}

################################################################################
# IAM
################################################################################

resource "aws_iam_policy" "this" {
  for_each = local.iam

  name        = "${var.name}-kafka-${each.key}"
  description = "What the ${each.value.role} ${each.key} may do on the cluster"
  policy      = jsonencode({ Version = "2012-10-17", Statement = local.statements[each.key] })
  tags        = var.tags

  lifecycle {
    precondition {
      condition     = length(jsonencode({ Version = "2012-10-17", Statement = local.statements[each.key] })) <= 6144
      error_message = "The policy of ${each.key} is longer than the 6144 characters that IAM takes: shorten the cluster's name."
    }
  }
}

################################################################################
# SASL/SCRAM
################################################################################

resource "aws_secretsmanager_secret" "this" {
  for_each = local.scram

  # MSK takes secrets of this name only.
  name        = "AmazonMSK_${var.name}-${each.key}"
  description = "SASL/SCRAM credentials of the ${each.value.role} ${each.key}"
  kms_key_id  = var.scram_kms_key_arn
  tags        = var.tags

  # Nothing in it is worth getting back: a password is made anew, under the same name.
  recovery_window_in_days = 0
}

resource "aws_secretsmanager_secret_version" "this" {
  for_each = local.scram

  secret_id                = aws_secretsmanager_secret.this[each.key].id
  secret_string_wo         = jsonencode(local.logins[each.key])
  secret_string_wo_version = var.scram_password_version
}

resource "aws_secretsmanager_secret_policy" "this" {
  for_each = local.scram

  secret_arn          = aws_secretsmanager_secret.this[each.key].arn
  block_public_policy = true
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      # Word for word what MSK itself writes when a secret is associated; anything else would differ at every plan.
      Sid       = "AWSKafkaResourcePolicy"
      Effect    = "Allow"
      Principal = { Service = "kafka.amazonaws.com" }
      Action    = "secretsmanager:getSecretValue"
      Resource  = aws_secretsmanager_secret.this[each.key].arn
    }]
  })
}

# One by one: several configurations, such as one for each operator outside, may give secrets to the same cluster.
resource "aws_msk_single_scram_secret_association" "this" {
  for_each = local.scram

  cluster_arn = var.cluster_arn
  secret_arn  = aws_secretsmanager_secret.this[each.key].arn

  # Brokers read a secret when it is associated: it must have its value and let them.
  depends_on = [aws_secretsmanager_secret_policy.this, aws_secretsmanager_secret_version.this]
}

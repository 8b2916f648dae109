# Workers post their flags as one role that all of them share: by a worker's own role its request would be known for a flag, and whose.

locals {
  account = "arn:${data.aws_partition.this.partition}:iam::${data.aws_caller_identity.this.account_id}"

  # Of everything that a worker has, its role among it.
  worker_tags = { "verillm-worker-of" = var.name }

  # Imported models have requesters of their own, and nobody's prompts but theirs hide a flag.
  flags = {
    for id, worker in local.workers : id => {
      access  = aws_iam_role.poster.arn
      prompts = worker.flag_prompts == null ? null : "s3://${module.artifacts.bucket_names["packages"]}/flags/${id}/${worker.flag_prompts}"
    } if worker.model == "builtin" || worker.flag_prompts != null
  }
}

data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

resource "aws_iam_role" "poster" {
  name        = "${var.name}-poster"
  description = "As whom workers post flags: writes requests and reads no answers"

  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Workers"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = "${local.account}:root" }
      # By a tag that workers' roles have, and by how tasks' roles are named: a list of them all would not fit into a role for more than some 36.
      Condition = {
        StringEquals = { for key, value in local.worker_tags : "aws:PrincipalTag/${key}" => value }
        ArnLike      = { "aws:PrincipalArn" = "${local.account}:role/${var.name}-*-task" }
      }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "poster" {
  role       = aws_iam_role.poster.name
  policy_arn = module.access.policy_arns["poster"]
}

resource "aws_iam_policy" "flags" {
  name        = "${var.name}-flags"
  description = "Lets a worker post its flags"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "Poster"
      Effect   = "Allow"
      Action   = "sts:AssumeRole"
      Resource = aws_iam_role.poster.arn
    }]
  })
}

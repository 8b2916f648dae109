# Workers post their flags as one role that all of them share: by a worker's own role its request would be known for a flag, and whose.

locals {
  account = "arn:${data.aws_partition.this.partition}:iam::${data.aws_caller_identity.this.account_id}"

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
      # By their names: the roles may come later.
      Condition = { ArnEquals = { "aws:PrincipalArn" = [for id in keys(var.workers) : "${local.account}:role/${var.name}-${id}-task"] } }
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

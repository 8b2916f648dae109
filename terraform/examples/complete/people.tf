# People who run programs for one task: each a policy for one of them, as whoever may run the founder may found, fund and register in the coordinator's name.

locals {
  one_task = ["tool", "founder", "analyst"]
}

data "aws_region" "this" {}

resource "aws_iam_policy" "run" {
  for_each = toset(local.one_task)

  name        = "${var.name}-run-${each.key}"
  description = "Runs the task ${each.key}, waits for it and reads its log"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Run"
        Effect    = "Allow"
        Action    = ["ecs:RunTask"]
        Resource  = ["${local.ecs}:task-definition/${module.app[each.key].service_name}:*"]
        Condition = { ArnEquals = { "ecs:cluster" = aws_ecs_cluster.this.arn } }
      },
      {
        Sid      = "Wait"
        Effect   = "Allow"
        Action   = ["ecs:DescribeTasks"]
        Resource = ["${local.ecs}:task/${aws_ecs_cluster.this.name}/*"]
      },
      {
        Sid       = "Pass"
        Effect    = "Allow"
        Action    = ["iam:PassRole"]
        Resource  = module.app[each.key].role_arns
        Condition = { StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" } }
      },
      {
        Sid      = "Log"
        Effect   = "Allow"
        Action   = ["logs:GetLogEvents"]
        Resource = ["arn:${data.aws_partition.this.partition}:logs:${data.aws_region.this.id}:${data.aws_caller_identity.this.account_id}:log-group:${module.app[each.key].log_group_name}:*"]
      },
    ]
  })
}

locals {
  ecs = "arn:${data.aws_partition.this.partition}:ecs:${data.aws_region.this.id}:${data.aws_caller_identity.this.account_id}"
}

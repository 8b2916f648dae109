output "execution_role_arn" {
  description = "Role that starts tasks: pulls the image, writes the log."
  value       = aws_iam_role.execution.arn
}

output "task_role_arn" {
  description = "Role of the program."
  value       = aws_iam_role.task.arn
}

output "task_role_name" {
  description = "Its name, for further policies."
  value       = aws_iam_role.task.name
}

output "task_role_tags" {
  description = "Its tags, by which another role may let it in."
  value       = aws_iam_role.task.tags
}

output "policy_arns" {
  description = "ARNs of the policies that are attached to the program's role, in order."
  value       = sort([for attachment in aws_iam_role_policy_attachment.task : attachment.policy_arn])
}

output "container" {
  description = "The container's definition, to which a module adds what its machines need."
  value       = local.container
}

output "security_group_id" {
  description = "Security group of the tasks, to be let in by the brokers."
  value       = aws_security_group.this.id
}

output "alarm_arns" {
  description = "ARNs of the alarms that every program has."
  value       = [aws_cloudwatch_metric_alarm.errors.arn]
}

output "log_group_name" {
  description = "Log group of the tasks."
  value       = aws_cloudwatch_log_group.this.name
}

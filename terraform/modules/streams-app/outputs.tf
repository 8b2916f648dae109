output "service_name" {
  description = "Name of the ECS service."
  value       = aws_ecs_service.this.name
}

output "security_group_id" {
  description = "Security group of the tasks, to be let in by the brokers."
  value       = aws_security_group.this.id
}

output "task_role_arn" {
  description = "Role of the program."
  value       = aws_iam_role.task.arn
}

output "log_group_name" {
  description = "Log group of the program."
  value       = aws_cloudwatch_log_group.this.name
}

output "alarm_arns" {
  description = "ARNs of the app's alarms."
  value       = concat([for alarm in aws_cloudwatch_metric_alarm.lag : alarm.arn], [aws_cloudwatch_metric_alarm.tasks.arn])
}

output "role_policy_arns" {
  description = "ARNs of the policies that are attached to the program's role, in order."
  value       = sort([for attachment in aws_iam_role_policy_attachment.task : attachment.policy_arn])
}

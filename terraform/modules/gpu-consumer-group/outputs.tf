output "cluster_name" {
  description = "Name of the worker's ECS cluster."
  value       = aws_ecs_cluster.this.name
}

output "service_name" {
  description = "Name of the ECS service."
  value       = aws_ecs_service.this.name
}

output "group" {
  description = "The worker's consumer group, whose offsets the topics tool seeds: without any it has no lag to be seen."
  value       = local.group
}

output "tasks_topic" {
  description = "The worker's topic of tasks."
  value       = local.tasks_topic
}

output "security_group_id" {
  description = "Security group of the consumers, to be let in by the brokers."
  value       = aws_security_group.this.id
}

output "task_role_arn" {
  description = "Role of the worker's program."
  value       = aws_iam_role.task.arn
}

output "log_group_name" {
  description = "Log group of the worker."
  value       = aws_cloudwatch_log_group.this.name
}

output "alarm_arns" {
  description = "ARNs of the alarms that tell people; those that scale tell nobody."
  value       = [aws_cloudwatch_metric_alarm.stuck.arn, aws_cloudwatch_metric_alarm.tasks.arn]
}

output "role_policy_arns" {
  description = "ARNs of the policies that are attached to the program's role, in order."
  value       = sort([for attachment in aws_iam_role_policy_attachment.task : attachment.policy_arn])
}

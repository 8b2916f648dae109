output "service_name" {
  description = "Name of the ECS service."
  value       = aws_ecs_service.this.name
}

output "security_group_id" {
  description = "Security group of the tasks, to be let in by the brokers."
  value       = module.program.security_group_id
}

output "role_arns" {
  description = "Both roles that a task needs, its own and the one that starts it: who runs one must be let pass them."
  value       = [module.program.execution_role_arn, module.program.task_role_arn]
}

output "task_role_arn" {
  description = "Role of the program."
  value       = module.program.task_role_arn
}

output "log_group_name" {
  description = "Log group of the program."
  value       = module.program.log_group_name
}

output "alarm_arns" {
  description = "ARNs of the app's alarms."
  value       = concat([for alarm in aws_cloudwatch_metric_alarm.lag : alarm.arn], [aws_cloudwatch_metric_alarm.tasks.arn], module.program.alarm_arns)
}

output "role_policy_arns" {
  description = "ARNs of the policies that are attached to the program's role, in order."
  value       = module.program.policy_arns
}

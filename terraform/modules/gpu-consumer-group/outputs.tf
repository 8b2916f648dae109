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
  value       = module.program.security_group_id
}

output "security_group_ids" {
  description = "All security groups of the consumers."
  value       = one(aws_ecs_service.this.network_configuration).security_groups
}

output "machines" {
  description = "How many machines are bought on demand, and for how many days one lives."
  value = {
    on_demand_base = one(one(aws_autoscaling_group.this.mixed_instances_policy).instances_distribution).on_demand_base_capacity
    lifetime_days  = aws_autoscaling_group.this.max_instance_lifetime / 86400
  }
}

output "task_role_arn" {
  description = "Role of the worker's program."
  value       = module.program.task_role_arn
}

output "task_role_tags" {
  description = "Its tags, by which another role may let it in."
  value       = module.program.task_role_tags
}

output "log_group_name" {
  description = "Log group of the worker."
  value       = module.program.log_group_name
}

output "alarm_arns" {
  description = "ARNs of the alarms that tell people; those that scale tell nobody."
  value       = concat([aws_cloudwatch_metric_alarm.stuck.arn], aws_cloudwatch_metric_alarm.tasks[*].arn, values(aws_cloudwatch_metric_alarm.start)[*].arn, module.program.alarm_arns)
}

output "role_policy_arns" {
  description = "ARNs of the policies that are attached to the program's role, in order."
  value       = module.program.policy_arns
}

output "scaling" {
  description = "Fewest and most consumers, where there is anything to scale; else null."
  value       = one([for scales in local.scales : { min = aws_appautoscaling_target.this.min_capacity, max = aws_appautoscaling_target.this.max_capacity }])
}

output "wakes_on" {
  description = "Dimensions of the metric that starts a worker at rest; null where it never rests."
  value       = one([for rests in local.rests : local.backlog_dimensions])
}

output "sizes" {
  description = "Disk of a machine, and CPU units and memory that a consumer reserves there."
  value       = { volume_gib = var.instances.volume_gib, cpu = var.task_size.cpu, memory = var.task_size.memory }
}

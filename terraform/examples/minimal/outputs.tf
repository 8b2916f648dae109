output "bootstrap_brokers" {
  description = "For `./verillm topics apply --bootstrap`, from inside the VPC."
  value       = module.kafka.bootstrap_brokers_iam
}

output "topics_tool_policy_arn" {
  description = "Policy for an operator's own role that runs the topics tool."
  value       = module.access.policy_arns["tool"]
}

output "run_task" {
  description = "Programs for one task, which `../../run-task tool` runs here: the topics tool."
  value = {
    tool = {
      region          = var.region
      cluster         = aws_ecs_cluster.this.name
      task_definition = module.tool.service_name
      subnets         = var.subnet_ids
      security_groups = [module.tool.security_group_id]
      log_group       = module.tool.log_group_name
    }
  }
}

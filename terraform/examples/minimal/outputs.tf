output "bootstrap_brokers" {
  description = "For `./verillm topics apply --bootstrap`, from inside the VPC."
  value       = module.kafka.bootstrap_brokers_iam
}

output "topics_tool_policy_arn" {
  description = "Policy for an operator's own role that runs the topics tool."
  value       = module.access.policy_arns["tool"]
}

output "run_task" {
  description = "How to run the topics tool for one task."
  value = join(" ", [
    "aws ecs run-task --region ${var.region} --cluster ${aws_ecs_cluster.this.name} --launch-type FARGATE --task-definition ${module.tool.service_name}",
    "--network-configuration awsvpcConfiguration={subnets=[${join(",", var.subnet_ids)}],securityGroups=[${module.tool.security_group_id}]}",
  ])
}

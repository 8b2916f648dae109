output "bootstrap_brokers" {
  description = "Brokers for programs with a role, from inside the VPC."
  value       = module.kafka.bootstrap_brokers_iam
}

output "cluster" {
  description = "What the example external-worker asks for as `cluster`."
  value = {
    arn                     = module.kafka.arn
    bootstrap_brokers_scram = module.kafka.bootstrap_brokers_scram
    security_group_id       = module.kafka.security_group_id
  }
}

output "kms_key_arn" {
  description = "KMS key of the brokers, under which secrets of workers outside may lie too."
  value       = module.kafka.kms_key_arn
}

output "evidence_policy_arns" {
  description = "Policy of each worker for its own evidence, by its id."
  value       = { for id in setunion(keys(var.workers), var.workers_outside) : id => module.artifacts.policy_arns["worker-${id}"] }
}

output "model_policy_arns" {
  description = "Policy that reads each imported model, by its name; evidence and model are what `certificate` of the example external-worker takes."
  value       = { for name in keys(var.models) : name => module.artifacts.policy_arns["model-${name}"] }
}

output "run_task" {
  description = "How to run a program for one task: `tool` (`topics apply`), `founder` (`setup`, `model register` and `fund`, by --overrides) and `analyst` (`audit`)."
  value = {
    for key in ["tool", "founder", "analyst"] : key => join(" ", [
      "aws ecs run-task --region ${var.region} --cluster ${aws_ecs_cluster.this.name} --launch-type FARGATE --task-definition ${module.app[key].service_name}",
      "--network-configuration awsvpcConfiguration={subnets=[${join(",", local.subnet_ids)}],securityGroups=[${module.app[key].security_group_id}]}",
    ])
  }
}

output "models_from" {
  description = "Where `./verillm model push NAME` puts models, and programs find them."
  value       = local.models_from
}

output "url" {
  description = "Where requests are posted."
  value       = module.intake.url
}

output "policy_arns" {
  description = "Policy of each principal on the cluster, such as `tool` for an operator's own role that runs `./verillm topics apply`."
  value       = module.access.policy_arns
}

output "signing_key_arn" {
  description = "Ed25519 key of checkpoints and the coordinator's events."
  value       = module.artifacts.signing_key_arn
}

output "worker_groups" {
  description = "Consumer groups of the workers, whose offsets the topics tool seeds."
  value       = { for key, worker in module.worker : key => worker.group }
}

output "dashboard" {
  description = "Name of the dashboard."
  value       = module.observability.dashboard_name
}

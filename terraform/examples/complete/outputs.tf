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
  description = "Programs for one task, which `../../run-task NAME [COMMAND ...]` runs here: `tool` (`topics apply`), `founder` (`setup`, `fund`, `duties`, `model register`) and `analyst` (`audit`)."
  value = {
    for key in local.one_task : key => {
      region          = var.region
      cluster         = aws_ecs_cluster.this.name
      task_definition = module.app[key].service_name
      subnets         = local.subnet_ids
      security_groups = [module.app[key].security_group_id]
      log_group       = module.app[key].log_group_name
    }
  }
}

output "run_policy_arns" {
  description = "Policy of a person who may run one of these programs, by its name. Who may run `founder` may do everything in the coordinator's name; `analyst` only reads."
  value       = { for key, policy in aws_iam_policy.run : key => policy.arn }
}

output "buckets" {
  description = "Names of the buckets: `packages` takes the intake's archive, the sink's plugin and what flags ask; `evidence`, `checkpoints` and `models`."
  value       = module.artifacts.bucket_names
}

output "analyst" {
  description = "For who queries the tables: the policy, the Athena workgroup, how a query names catalog and namespace, and where tables and results lie."
  value = {
    policy_arn       = module.analytics.analyst_policy_arn
    workgroup        = module.analytics.workgroup_name
    catalog          = module.analytics.catalog
    table_bucket_arn = module.analytics.table_bucket_arn
    results_bucket   = module.analytics.results_bucket
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

output "caller_policy_arn" {
  description = "IAM policy of a caller of `url`; null where callers bring a JWT."
  value       = module.intake.caller_policy_arn
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

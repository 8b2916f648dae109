"""Seeded faults: each must be found by the check that is named with it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutation:
    """One fault: in `file` below terraform/, `old` becomes `new`; `found_by` is validate, lint, docs, forward, policies or `test:` and the run's name,
    behind the runs that it needs.

    A control changes nothing: it must not be found, or the others would be found for a wrong reason.
    """

    name: str
    file: str
    old: str
    new: str
    found_by: str
    control: bool = False


MUTATIONS = [
    Mutation("control: nothing to validate", "modules/streams-app/main.tf", "awsvpc", "awsvpc", "validate", control=True),
    Mutation("control: nothing to test", "modules/kafka/main.tf", "TLS", "TLS", "test:is_closed_by_default", control=True),
    Mutation("wrong enum", "modules/streams-app/main.tf", 'network_mode             = "awsvpc"', 'network_mode             = "awsvcp"', "validate"),
    Mutation("missing argument", "modules/streams-app/main.tf", "  family                   = var.name\n", "", "validate"),
    Mutation("dangling reference", "modules/artifacts/outputs.tf", "aws_s3_bucket.this : key => bucket.arn", "aws_s3_bucket.gone : key => bucket.arn", "validate"),
    Mutation("output that no module has", "examples/minimal/main.tf", "module.kafka.bootstrap_brokers_iam", "module.kafka.bootstrap_brokers_tls", "validate"),
    Mutation(
        "worker reads every worker's tasks",
        "modules/kafka-access/main.tf",
        '  reads = {\n    for key, principal in var.principals : key => concat(\n      [for topic in var.manifest.topics : replace(topic.name, "<worker>", coalesce(principal.worker_id, "-"))',
        '  reads = {\n    for key, principal in var.principals : key => concat(\n      [for topic in var.manifest.topics : replace(topic.name, "<worker>", "*")',
        "test:keeps_workers_apart",
    ),
    Mutation("worker may write verdicts", "modules/kafka-access/main.tf", "if contains(topic.writers, principal.role) && (!topic.perWorker", "if contains(topic.readers, principal.role) && (!topic.perWorker", "test:gives_every_role_what_the_manifest_says_and_no_more"),
    Mutation("analyst in anybody's group", "modules/kafka-access/main.tf", '["${local.user_names[key]}.*"]', '["${principal.role}:*"]', "test:knows_every_party,gives_in_aws_what_the_rules_give_outside"),
    Mutation("sink in every program's transactions", "modules/kafka-access/main.tf", 'transaction.prefixed ? "${transaction.name}*"', 'transaction.prefixed ? "verillm-*"', "test:knows_every_party,gives_in_aws_what_the_rules_give_outside"),
    Mutation("worker overwrites another's evidence", "modules/artifacts/main.tf", '["evidence"].arn}/${worker}/*"]', '["evidence"].arn}/*"]', "test:gives_each_worker_its_own_objects"),
    Mutation("control: no policy to find", "modules/artifacts/main.tf", "NoOtherKey", "NoOtherKey", "policies", control=True),
    Mutation("write that names no key refused", "modules/artifacts/main.tf", 'Null            = { "s3:x-amz-server-side-encryption-aws-kms-key-id" = "false" }\n          StringNotEquals =', "StringNotEqualsIfExists =", "policies"),
    Mutation("our key refused, others taken", "modules/artifacts/main.tf", "StringNotEquals =", "StringEquals =", "policies"),
    Mutation("checkpoint written by overwriting alone", "modules/artifacts/main.tf", 'Null = { "s3:if-none-match" = "true" }', 'Null = { "s3:if-none-match" = "false" }', "policies"),
    Mutation("worker lists all evidence", "modules/artifacts/main.tf", 'StringLike = { "s3:prefix"', 'StringLikeIfExists = { "s3:prefix"', "policies"),
    Mutation("worker reads every model", "modules/artifacts/main.tf", '["models"].arn}/${hash}/*"]', '["models"].arn}/*"]', "test:gives_each_model_to_its_readers_alone"),
    Mutation("changed model that cannot be registered", "examples/complete/main.tf", 'extra = concat(local.signs, ["models"])', "extra = concat(local.signs, local.reads_models)", "test:serves_an_imported_model"),
    Mutation("worker reads what others' flags ask", "modules/artifacts/main.tf", '["packages"].arn}/flags/${worker}/*"]', '["packages"].arn}/flags/*"]', "policies"),
    Mutation("worker asks what another's flags ask", "examples/complete/flags.tf", "/flags/${id}/", "/flags/", "test:serves_an_imported_model"),
    Mutation("worker outside posts flags as a requester", "examples/external-worker/main.tf", '{ role = "poster", worker_id = var.worker_id, authentication', '{ role = "requester", authentication', "test:posts_flags_by_a_user_of_its_own"),
    Mutation("all posters are one user", "modules/kafka-access/main.tf", 'principal.role == "poster" && principal.worker_id != null ? "poster:${principal.worker_id}" :', "", "test:gives_principals_outside_a_secret_and_no_policy"),
    Mutation("anybody's role posts flags", "examples/complete/flags.tf", '${var.name}-*-task"', '*"', "test:gives_each_program_its_own_rights"),
    Mutation("every program posts flags", "examples/complete/flags.tf", 'StringEquals = { for key, value in local.worker_tags : "aws:PrincipalTag/${key}" => value }', "", "test:gives_each_program_its_own_rights"),
    Mutation("worker without the tag by which it posts", "examples/complete/main.tf", "  tags          = local.worker_tags\n", "", "test:gives_each_program_its_own_rights"),
    Mutation("program whose role has not its tags", "modules/ecs-program/main.tf", "  assume_role_policy = local.ecs_tasks\n  tags               = var.tags\n\n  permissions_boundary = var.permissions_boundary_arn\n}\n\nresource \"aws_iam_role_policy_attachment\"", "  assume_role_policy = local.ecs_tasks\n\n  permissions_boundary = var.permissions_boundary_arn\n}\n\nresource \"aws_iam_role_policy_attachment\"", "test:tags_the_role_that_others_let_in"),
    Mutation("worker that does not pass its tags on", "modules/gpu-consumer-group/main.tf", "  permissions_boundary_arn = var.permissions_boundary_arn\n  tags                     = var.tags\n", "  permissions_boundary_arn = var.permissions_boundary_arn\n", "test:tags_the_role_that_others_let_in"),
    Mutation("worker told another number of tasks", "examples/complete/main.tf", 'worker.sessions == null ? [] : ["--sessions", tostring(worker.sessions)]', "[]", "test:rests_while_nobody_asks"),
    Mutation("one dead letter that hides the next", "modules/observability/main.tf", "threshold = 0.1", "threshold = 0", "test:notices_a_log_that_stands_still"),
    Mutation("rule of the brokers for each worker", "examples/complete/main.tf", "      workers   = { security_group_id = aws_security_group.workers.id }\n", "      w-01 = { security_group_id = module.worker[\"w-01\"].security_group_id }\n", "test:has_room_for_many_workers"),
    Mutation("log that a plan may replace", "modules/kafka/main.tf", "    prevent_destroy = true\n", "", "lint"),
    Mutation("evidence's key that a plan may delete", "modules/artifacts/main.tf", "    prevent_destroy = true\n", "", "lint"),
    Mutation("zones that move each other's subnets", "examples/complete/network.tf", "cidrsubnet(var.network.cidr, 4, each.value)", "cidrsubnet(var.network.cidr, 4, index(keys(var.network.zones), each.key))", "test:keeps_each_zone_where_it_is"),
    Mutation("worker's key for more than S3", "modules/artifacts/main.tf", "kms:ViaService", "kms:CallerAccount", "policies"),
    Mutation("alarm on what MSK's free level lacks", "modules/observability/main.tf", '        metric_name = "BytesInPerSec"', '        metric_name = "MessagesInPerSec"', "test:notices_a_log_that_stands_still"),
    Mutation("seals expected of no log", "examples/complete/main.tf", "sealed = local.founded", "sealed = true", "test:runs_nothing_before_the_log_is_founded"),
    Mutation("requests that wait unheard", "modules/observability/main.tf", 'metric_name         = "OldestWaitSeconds"', 'metric_name         = "OpenRequests"', "test:tells_of_requests_that_wait"),
    Mutation("workers rest on a log that waits for none", "examples/complete/main.tf", "worker.min == 0", "worker.min == 2", "test:tells_people_of_what_runs"),
    Mutation("caller who may not ask what became of it", "modules/request-intake/main.tf", "for call in values(local.calls)", "for call in [local.calls.post]", "test:can_be_called_by_who_has_the_policy"),
    Mutation("auditor who may found", "examples/complete/people.tf", "task-definition/${module.app[each.key].service_name}:*", "task-definition/*", "test:lets_people_run_what_they_are_given"),
    Mutation("budget that cannot speak", "modules/observability/main.tf", '["budgets.amazonaws.com"]', "[]", "test:is_told_what_a_month_costs"),
    Mutation("log that stops its program", "modules/ecs-program/main.tf", '= "non-blocking"', '= "blocking"', "test:goes_on_where_its_log_cannot_be_written"),
    Mutation("model taken back", "modules/artifacts/main.tf", '"s3:DeleteObject", "s3:DeleteObjectVersion"]', '"s3:DeleteObjectVersion"]', "policies"),
    Mutation("role without its boundary", "examples/external-worker/main.tf", "  permissions_boundary = var.permissions_boundary_arn\n", "", "lint"),
    Mutation("module that is not told the boundary", "examples/complete/main.tf", "  schemas = local.schemas\n\n  permissions_boundary_arn = var.permissions_boundary_arn\n", "  schemas = local.schemas\n", "lint"),
    Mutation("model written over", "modules/artifacts/main.tf", "models      = { locked = false, written_once = true }", "models      = { locked = false, written_once = false }", "policies"),
    Mutation("worker may not read its model", "examples/complete/main.tf", '{ model = module.artifacts.policy_arns["model-${each.value.model}"] }', "{}", "test:serves_an_imported_model"),
    Mutation("lock cut short", "modules/artifacts/main.tf", '"s3:BypassGovernanceRetention", ', "", "policies"),
    Mutation("plain text to brokers", "modules/kafka/main.tf", 'client_broker = "TLS"', 'client_broker = "TLS_PLAINTEXT"', "test:is_closed_by_default"),
    Mutation("public brokers", "modules/kafka/main.tf", 'type = "DISABLED"', 'type = "SERVICE_PROVIDED_EIPS"', "test:is_closed_by_default"),
    Mutation("machine goes under its task", "modules/gpu-consumer-group/main.tf", 'managed_termination_protection = "ENABLED"', 'managed_termination_protection = "DISABLED"', "test:stays_until_nothing_is_owed"),
    Mutation("nobody asks whether a program is well", "modules/ecs-program/main.tf", "io.verillm.cli.HealthProbe", "io.verillm.cli.Verillm", "test:is_replaced_when_it_stands_still"),
    Mutation("errors that nobody hears of", "modules/ecs-program/main.tf", '\\" ERROR \\"', '\\" FATAL \\"', "test:tells_people_what_only_its_log_says"),
    Mutation("more consumers than partitions", "modules/gpu-consumer-group/variables.tf", "var.scaling.max <= var.scaling.partitions", "var.scaling.max <= 100", "test:refuses_more_consumers_than_partitions"),
    Mutation("worker at rest that nothing wakes", "modules/gpu-consumer-group/variables.tf", "var.scaling.min > 0 || var.backlog != null", "var.scaling.min >= 0 || var.backlog != null", "test:refuses_to_rest_where_nothing_wakes_it"),
    Mutation("worker that rests no more stays at zero", "modules/gpu-consumer-group/main.tf", "min_capacity       = var.scaling.min", "min_capacity       = 0", "test:has_a_consumer_before_there_is_a_task"),
    Mutation("worker rests with flags that it owes", "modules/gpu-consumer-group/main.tf", '"(open + owing + unknown', '"(open + unknown', "test:rests_until_somebody_asks"),
    Mutation("worker rests while a shard is replayed", "modules/gpu-consumer-group/main.tf", "open + owing + unknown +", "open + owing +", "test:rests_until_somebody_asks"),
    Mutation("silence of the coordinator sends workers away", "modules/gpu-consumer-group/main.tf", "FILL(lag, 0)) / said", "FILL(lag, 0))", "test:rests_until_somebody_asks"),
    Mutation("lag that comes late keeps a worker asleep", "modules/gpu-consumer-group/main.tf", "+ FILL(lag, 0)", "+ lag", "test:rests_until_somebody_asks"),
    Mutation("dead worker's tasks wake nobody", "modules/gpu-consumer-group/main.tf", '"FILL(open, 0) + FILL(lag, 0)"', '"FILL(open, 0)"', "test:rests_until_somebody_asks"),
    Mutation("worker wakes for what waits alone", "modules/gpu-consumer-group/main.tf", 'metric_name = "OpenRequests"', 'metric_name = "OldestWaitSeconds"', "test:rests_until_somebody_asks"),
    Mutation("worker wakes for any model", "modules/gpu-consumer-group/main.tf", "Model = var.backlog.model }", "}", "test:rests_until_somebody_asks"),
    Mutation("program without its rights", "modules/ecs-program/main.tf", "for_each = var.policy_arns", "for_each = {}", "test:gives_the_program_what_it_is_given"),
    Mutation("witness in another's folder", "examples/complete/state.tf", "aws_efs_access_point.this[id].arn", "values(aws_efs_access_point.this)[*].arn", "test:lets_witnesses_remember"),
    Mutation("intake with the topics tool's rights", "examples/complete/main.tf", '{ kafka = module.access.policy_arns["gateway"] }', '{ kafka = module.access.policy_arns["tool"] }', "test:gives_each_program_its_own_rights"),
    Mutation("Kafka without transaction.version 2", "modules/kafka/variables.tf", '^4\\\\.', '^[34]\\\\.', "test:refuses_versions_before_4"),
    Mutation("nobody is told what became of a request", "modules/request-intake/main.tf", ', get = "GET /v1/requests/{id}"', "", "test:lets_nobody_in_without_a_name"),
    Mutation("volumes that do not grow", "modules/kafka/main.tf", "max_capacity       = var.broker.volume_gib_max", "max_capacity       = local.volume_gib", "test:grows_with_the_log"),
    Mutation("stake for whoever comes first", "examples/complete/main.tf", '"stake:${id}@${worker.key}=', '"stake:${id}=', "test:keeps_keys_where_they_belong"),
    Mutation("open intake", "modules/request-intake/main.tf", "authorization_type = var.authorization.type", 'authorization_type = "NONE"', "test:lets_nobody_in_without_a_name"),
    Mutation("checkpoints without lock", "modules/artifacts/main.tf", "checkpoints = { locked = true,", "checkpoints = { locked = false,", "test:locks_checkpoints_and_nothing_else"),
    Mutation("queries without limit", "modules/analytics/main.tf", "enforce_workgroup_configuration    = true", "enforce_workgroup_configuration    = false", "test:limits_and_encrypts_queries"),
    Mutation("silence sets off no alarm", "modules/observability/main.tf", 'on_missing = "breaching"', 'on_missing = "notBreaching"', "test:notices_a_log_that_stands_still"),
    Mutation("every action allowed", "modules/schema-registry/main.tf", '"glue:GetRegistry", ', '"glue:*", ', "lint"),
    Mutation("every action allowed among locals", "modules/kafka-access/main.tf", '["kafka-cluster:Connect"]', '["kafka-cluster:*"]', "lint"),
    Mutation("anything allowed", "modules/ecs-program/main.tf", '["secretsmanager:GetSecretValue"]', '["*"]', "lint"),
    Mutation("variable without description", "modules/kafka-serverless/variables.tf", '  description = "VPC of the cluster."\n', "", "lint"),
    Mutation("variable that the README does not have", "modules/kafka-serverless/variables.tf", 'variable "vpc_id"', 'variable "network_id"', "docs"),
    Mutation("argument that provider 6 dropped", "modules/gpu-consumer-group/main.tf", '  monitoring {\n    enabled = true\n  }\n', '  elastic_gpu_specifications {\n    type = "eg1.medium"\n  }\n', "forward"),
    Mutation("worker that may not ask for protection", "modules/gpu-consumer-group/main.tf", '["ecs:GetTaskProtection", "ecs:UpdateTaskProtection"]', '["ecs:GetTaskProtection"]', "test:stays_until_nothing_is_owed"),
    Mutation("alarm over more brokers than CloudWatch takes", "modules/observability/variables.tf", "var.kafka.brokers <= 10", "var.kafka.brokers <= 60", "test:refuses_more_brokers_than_an_alarm_takes"),
    Mutation("alarm that never comes", "modules/kafka/main.tf", 'metric = "UnderMinIsrPartitionCount", statistic = "Maximum", threshold = 0', 'metric = "UnderMinIsrPartitionCount", statistic = "Minimum", threshold = 100', "test:watches_every_broker"),
    Mutation("other accounts' alarms", "modules/observability/main.tf", 'Condition = { StringEquals = { "aws:SourceAccount" = local.account } }', 'Condition = { StringLike = { "aws:SourceAccount" = "*" } }', "test:lets_nobody_else_publish"),
    Mutation("way to the machine's role", "modules/gpu-consumer-group/main.tf", "ECS_AWSVPC_BLOCK_IMDS=true", "ECS_AWSVPC_BLOCK_IMDS=false", "test:has_a_gpu_and_mixes_spot_machines"),
    Mutation("apply that undoes scaling", "modules/gpu-consumer-group/main.tf", "ignore_changes = [desired_count]", "ignore_changes = [tags]", "lint"),
    Mutation("key that is never rotated", "modules/artifacts/main.tf", "  enable_key_rotation     = true\n", "", "lint"),
    Mutation("alarm that nobody knows an answer to", "modules/streams-app/main.tf", '"${var.name}-lag-', '"${var.name}-behind-', "lint"),
    Mutation("alarm among others without an answer", "modules/kafka/main.tf", "      under_min_isr    = {", "      refused_writes   = {", "lint"),
]

mock_provider "aws" {
  source          = "../../mocks"
  override_during = plan
}

variables {
  # Not a variable of the module: how a topic is named in a policy.
  topic = "arn:aws:kafka:eu-central-1:111122223333:topic/verillm/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0-7/%s"

  name        = "verillm"
  cluster_arn = "arn:aws:kafka:eu-central-1:111122223333:cluster/verillm/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0-7"
  manifest    = jsondecode(file("../../manifest/catalogue.json"))
  principals = {
    coordinator = { role = "coordinator" }
    ledger      = { role = "ledger" }
    sealer      = { role = "sealer" }
    witness     = { role = "witness" }
    gateway     = { role = "requester" }
    poster      = { role = "poster" }
    analyst     = { role = "analyst" }
    sink        = { role = "sink" }
    operator    = { role = "operator" }
    tool        = { role = "operator", administers = true }
    w-01        = { role = "worker", worker_id = "w-01" }
    w-02        = { role = "worker", worker_id = "w-02" }
  }
}

run "gives_every_role_what_the_manifest_says_and_no_more" {
  command = plan

  assert {
    condition = alltrue(flatten([
      for key, principal in var.principals : [
        for topic in var.manifest.topics :
        contains(topic.writers, principal.role) == anytrue([
          for statement in jsondecode(output.policies[key]).Statement :
          contains(statement.Action, "kafka-cluster:WriteData") && contains(statement.Resource, format(var.topic, replace(topic.name, "<worker>", principal.role == "worker" ? principal.worker_id : "*")))
        ])
      ]
    ]))
    error_message = "Rights to write differ from the manifest."
  }

  assert {
    condition = alltrue(flatten([
      for key, principal in var.principals : [
        for topic in var.manifest.topics :
        contains(topic.readers, principal.role) == anytrue([
          for statement in jsondecode(output.policies[key]).Statement :
          contains(statement.Action, "kafka-cluster:ReadData") && contains(statement.Resource, format(var.topic, replace(topic.name, "<worker>", principal.role == "worker" ? principal.worker_id : "*")))
        ])
      ] if !try(principal.administers, false)
    ]))
    error_message = "Rights to read differ from the manifest."
  }

  assert {
    condition = alltrue(flatten([
      for key, principal in var.principals : [
        for statement in jsondecode(output.policies[key]).Statement : [
          for resource in statement.Resource : !strcontains(resource, "*") || contains(local.writes_of_all_workers[key], element(split("/", resource), 3)) || statement.Sid == "Transactions" || statement.Sid == "Groups" && (endswith(resource, "/${local.user_names[key]}.*") || key == "sink" && endswith(resource, "/verillm-iceberg*"))
        ]
      ] if !try(principal.administers, false)
    ]))
    error_message = "A resource has a wildcard that nobody asked for."
  }

  assert {
    condition = alltrue(flatten([
      for policy in output.policies : [
        for statement in jsondecode(policy).Statement : [for action in statement.Action : !strcontains(action, "*") && action != "kafka-cluster:DeleteTopic"]
      ]
    ]))
    error_message = "A policy allows actions by wildcard, or lets somebody delete a topic."
  }
}

run "keeps_workers_apart" {
  command = plan

  assert {
    condition     = !strcontains(output.policies["w-01"], "w-02") && strcontains(output.policies["w-01"], "verillm.tasks.w-01.v1") && strcontains(output.policies["w-01"], "verillm.controls.w-01.v1")
    error_message = "w-01 must read its own tasks and controls and nobody else's."
  }

  assert {
    condition = alltrue([
      for topic in ["verillm.requests.v1", "verillm.results.v1", "verillm.tokens.v1"] :
      !contains(output.rights["w-01"].reads, topic)
    ])
    error_message = "A worker reads what is private between requester and coordinator."
  }

  assert {
    condition     = !contains(output.rights["w-01"].writes, "verillm.verdicts.v1") && !contains(output.rights["w-01"].writes, "verillm.tasks.w-01.v1")
    error_message = "A worker writes verdicts or its own tasks."
  }

  assert {
    condition     = output.rights["w-01"].groups == ["worker-w-01"]
    error_message = "A worker has the groups ${join(", ", output.rights["w-01"].groups)}."
  }

  assert {
    condition     = output.rights["gateway"].groups == ["requester:gateway.*"] && output.rights["analyst"].groups == ["analyst:analyst.*"]
    error_message = "Whoever reads with a tool of his own has no group, or anybody's."
  }

  assert {
    condition     = alltrue([for right in ["verillm.tasks", "verillm.controls"] : !strcontains(output.policies["gateway"], right)])
    error_message = "A requester sees tasks."
  }
}

run "gives_transactions_to_those_who_commit" {
  command = plan

  assert {
    condition = one([
      for statement in jsondecode(output.policies["coordinator"]).Statement : statement.Resource if contains(statement.Action, "kafka-cluster:AlterTransactionalId")
    ]) == ["arn:aws:kafka:eu-central-1:111122223333:transactional-id/verillm/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0-7/verillm-coordinator-*"]
    error_message = "The coordinator's transactions are not those of its application id."
  }

  assert {
    condition     = strcontains(output.policies["sealer"], "transactional-id/verillm/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0-7/verillm-sealer\"")
    error_message = "The sealer's transactional id is one name, without a wildcard."
  }

  assert {
    condition = one([
      for statement in jsondecode(output.policies["sink"]).Statement : statement.Resource if contains(statement.Action, "kafka-cluster:WriteData")
    ]) == [format(var.topic, "verillm-iceberg-control")] && strcontains(output.policies["sink"], "/verillm-iceberg-*\"")
    error_message = "The sink writes more than its control topic, or has no transactions of its own."
  }

  assert {
    condition     = alltrue([for key in ["w-01", "gateway", "analyst", "witness", "operator"] : !strcontains(output.policies[key], "TransactionalId")])
    error_message = "Somebody may use transactions who has none."
  }

  assert {
    condition     = !strcontains(output.policies["analyst"], "WriteData")
    error_message = "An analyst writes."
  }
}

run "knows_every_party" {
  command = plan
}

# The operator is left out: outside it may do everything, here the topics tool has a role of its own. So is the worker "any" of the rules,
# who stands for every other worker.
run "gives_in_aws_what_the_rules_give_outside" {
  command = plan

  module {
    source = "./tests/cells"
  }

  variables {
    policies = run.knows_every_party.policies
    acls     = jsondecode(file("../../manifest/acls.json"))
    users = {
      coordinator = "coordinator"
      ledger      = "ledger"
      sealer      = "sealer"
      sink        = "sink"
      witness     = "witness:witness"
      gateway     = "requester:gateway"
      poster      = "poster"
      analyst     = "analyst:analyst"
      w-01        = "worker:w-01"
      w-02        = "worker:w-02"
    }
  }

  assert {
    condition     = length(output.only_iam) == 0 && length(output.only_acl) == 0
    error_message = "IAM alone allows ${jsonencode(output.only_iam)}, rules alone allow ${jsonencode(output.only_acl)}."
  }

  assert {
    condition = length(setsubtract([
      "coordinator WRITE TOPIC verillm.tasks.any.v1", "w-01 READ TOPIC verillm.tasks.w-01.v1", "w-02 READ GROUP worker-w-02",
      "gateway READ GROUP requester:gateway.any", "poster WRITE TOPIC verillm.requests.v1", "sink WRITE TRANSACTIONAL_ID verillm-iceberg-any", "sealer WRITE TRANSACTIONAL_ID verillm-sealer",
    ], output.both)) == 0
    error_message = "Hardly anything was compared: ${length(output.both)} cells."
  }
}

run "lets_only_the_topics_tool_administer" {
  command = plan

  assert {
    condition     = alltrue([for right in ["CreateTopic", "AlterCluster\"", "AlterClusterDynamicConfiguration", "AlterTopic\""] : strcontains(output.policies["tool"], right) && !strcontains(output.policies["operator"], right)])
    error_message = "Rights to administer are not those of the topics tool alone."
  }

  assert {
    condition     = strcontains(output.policies["tool"], "topic/verillm/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0-7/verillm.*\"") && strcontains(output.policies["tool"], "/verillm-*\"")
    error_message = "The topics tool cannot create topics or changelogs."
  }
}

run "gives_principals_outside_a_secret_and_no_policy" {
  command = plan

  variables {
    principals = {
      w-09        = { role = "worker", worker_id = "w-09", authentication = "scram" }
      w-09-poster = { role = "poster", worker_id = "w-09", authentication = "scram" }
    }
    scram_kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    scram_passwords   = { w-09 = "correct-horse-battery-staple", w-09-poster = "incorrect-donkey-battery-staple" }
  }

  assert {
    condition     = output.rights["w-09-poster"].principal == "User:poster:w-09" && output.rights["w-09-poster"].writes == ["verillm.requests.v1"]
    error_message = "A worker's poster is somebody else, or may do more than post."
  }

  assert {
    condition     = length(aws_iam_policy.this) == 0 && aws_secretsmanager_secret.this["w-09"].name == "AmazonMSK_verillm-w-09"
    error_message = "A SCRAM principal has a secret of the name that MSK asks for, and no policy."
  }

  assert {
    condition     = aws_secretsmanager_secret.this["w-09"].kms_key_id == var.scram_kms_key_arn
    error_message = "The secret lies under another key."
  }

  assert {
    condition     = alltrue([for secret in aws_secretsmanager_secret.this : secret.recovery_window_in_days == 0])
    error_message = "A log-in that was taken away keeps its name, and cannot be made again for a month."
  }

  assert {
    condition     = aws_secretsmanager_secret_version.this["w-09"].secret_string == null && aws_secretsmanager_secret_version.this["w-09"].secret_string_wo == null
    error_message = "The password stands in the plan."
  }

  assert {
    condition     = { for key, login in local.logins : "User:${login.username}" => output.rights[key].principal } == { "User:worker:w-09" = "User:worker:w-09", "User:poster:w-09" = "User:poster:w-09" }
    error_message = "Who logs in with a secret is not who has the rights."
  }

  assert {
    condition     = output.rights["w-09"].principal == "User:worker:w-09"
    error_message = "ACLs would name somebody else."
  }
}

run "refuses_unknown_roles" {
  command = plan

  variables {
    principals = { someone = { role = "root" } }
  }

  expect_failures = [var.principals]
}

run "refuses_other_formats" {
  command = plan

  variables {
    manifest = merge(jsondecode(file("../../manifest/catalogue.json")), { format = 2 })
  }

  expect_failures = [var.manifest]
}

run "refuses_a_manifest_with_wildcards" {
  command = plan

  variables {
    manifest = merge(jsondecode(file("../../manifest/catalogue.json")), { groups = [{ name = "*", prefixed = false, role = "worker" }] })
  }

  expect_failures = [var.manifest]
}

run "refuses_a_worker_without_id" {
  command = plan

  variables {
    principals = { w-01 = { role = "worker" } }
  }

  expect_failures = [var.principals]
}

run "refuses_two_principals_for_one_worker" {
  command = plan

  variables {
    principals = {
      w-01    = { role = "worker", worker_id = "w-01" }
      another = { role = "worker", worker_id = "w-01" }
    }
  }

  expect_failures = [var.principals]
}

run "refuses_administrators_of_other_roles" {
  command = plan

  variables {
    principals = { w-01 = { role = "worker", worker_id = "w-01", administers = true } }
  }

  expect_failures = [var.principals]
}

run "refuses_scram_without_key_and_password" {
  command = plan

  variables {
    principals = { w-09 = { role = "worker", worker_id = "w-09", authentication = "scram" } }
  }

  expect_failures = [var.scram_kms_key_arn, var.scram_passwords]
}

mock_provider "aws" {
  source          = "../../mocks"
  override_during = plan
}

variables {
  worker_id       = "w-09"
  coordinator_key = "3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29"
  operator_cidr   = "10.44.0.0/24"
  kms_key_arn     = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  password        = "correct-horse-battery-staple"
  poster_password = "incorrect-donkey-battery-staple"
  cluster = {
    arn                     = "arn:aws:kafka:eu-central-1:111122223333:cluster/verillm/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0-7"
    bootstrap_brokers_scram = "b-1.verillm.abcdef.c7.kafka.eu-central-1.amazonaws.com:9096"
    security_group_id       = "sg-0b"
  }
}

run "joins_by_scram_over_a_private_path" {
  command = plan

  assert {
    condition     = output.principal == "User:worker:w-09" && length(module.access.policy_arns) == 0
    error_message = "A worker outside gets an IAM policy, or another name than it signs with."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.this[0].from_port == 9096 && aws_vpc_security_group_ingress_rule.this[0].cidr_ipv4 == "10.44.0.0/24"
    error_message = "The operator's network does not get to 9096, or somebody else does."
  }

  assert {
    condition     = alltrue([for file in values(output.kafka_properties) : strcontains(file, "security.protocol=SASL_SSL\n") && !strcontains(file, "staple")]) && output.credential_arns == null
    error_message = "The settings are not encrypted ones, or tell the password."
  }

  assert {
    condition     = strcontains(output.kafka_properties["worker"], "username=\"worker:w-09\" password=\"PASSWORD\";") && strcontains(output.kafka_properties["poster"], "username=\"poster:w-09\" ")
    error_message = "The box logs in as somebody else."
  }

  assert {
    condition     = strcontains(output.environment, "VERILLM_COORDINATOR_KEY=${var.coordinator_key}") && strcontains(output.environment, ":9096") && !strcontains(output.environment, "AWS_EC2_METADATA_SERVICE_ENDPOINT")
    error_message = "The box takes whatever log it finds, or lacks its brokers."
  }
}

run "posts_flags_by_a_user_of_its_own" {
  command = plan

  assert {
    condition     = output.poster == "User:poster:w-09" && module.access.rights["w-09-poster"].writes == ["verillm.requests.v1"]
    error_message = "Flags are posted by another's user, or by one that may do more than post."
  }

  assert {
    condition     = !contains(module.access.rights["w-09"].writes, "verillm.requests.v1") && !contains(module.access.rights["w-09-poster"].reads, "verillm.results.v1") && length(module.access.rights["w-09-poster"].groups) == 0
    error_message = "The worker's own user posts requests, or its poster reads answers."
  }
}

run "plants_no_flags_where_told_so" {
  command = plan

  variables {
    plants_flags    = false
    poster_password = null
  }

  assert {
    condition     = output.poster == null && keys(module.access.rights) == ["w-09"] && keys(output.kafka_properties) == ["worker"] && !strcontains(output.environment, "VERILLM_FLAG_ACCESS")
    error_message = "There is a user that nobody uses."
  }
}

run "lets_a_witness_in" {
  command = plan

  variables {
    worker_id       = "alice"
    role            = "witness"
    plants_flags    = false
    poster_password = null
  }

  assert {
    condition     = output.principal == "User:witness:alice" && toset(module.access.rights["alice"].writes) == toset(["verillm.cosignatures.v1", "verillm.dead-letters.v1", "verillm.registry.v1"]) && strcontains(output.kafka_properties["witness"], "username=\"witness:alice\" ")
    error_message = "A witness cannot cosign, may do more, or logs in as somebody else: ${jsonencode(module.access.rights["alice"].writes)}"
  }
}

run "lets_an_auditor_in" {
  command = plan

  variables {
    worker_id       = "bob"
    role            = "analyst"
    plants_flags    = false
    poster_password = null
  }

  assert {
    condition     = output.principal == "User:analyst:bob" && length(module.access.rights["bob"].writes) == 0 && module.access.rights["bob"].groups == ["analyst:bob.*"] && strcontains(output.kafka_properties["analyst"], "username=\"analyst:bob\" ")
    error_message = "An auditor may write, or logs in as somebody else."
  }

  assert {
    condition     = contains(module.access.rights["bob"].reads, "verillm.seals.v1") && !contains(module.access.rights["bob"].reads, "verillm.requests.v1") && strcontains(output.environment, "VERILLM_ACCESS=/state/analyst.properties")
    error_message = "An auditor cannot read what is public, or reads what is not."
  }
}

run "refuses_flags_of_a_witness" {
  command = plan

  variables {
    role = "witness"
  }

  expect_failures = [var.plants_flags]
}

run "refuses_one_password_for_two_users" {
  command = plan

  variables {
    poster_password = "correct-horse-battery-staple"
  }

  expect_failures = [var.poster_password]
}

run "gives_the_box_credentials_for_its_own_certificate_alone" {
  command = plan

  variables {
    certificate = {
      authority_pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
      common_name   = "box.w-09.example.org"
      policy_arns   = { evidence = "arn:aws:iam::111122223333:policy/verillm-artifacts-worker-w-09" }
    }
  }

  assert {
    condition = (
      jsondecode(aws_iam_role.this[0].assume_role_policy).Statement[0].Condition.StringEquals["aws:PrincipalTag/x509Subject/CN"] == "box.w-09.example.org" &&
      jsondecode(aws_iam_role.this[0].assume_role_policy).Statement[0].Condition.ArnEquals["aws:SourceArn"] == aws_rolesanywhere_trust_anchor.this[0].arn
    )
    error_message = "Another certificate gets the box's role."
  }

  assert {
    condition     = jsonencode({ for name, attachment in aws_iam_role_policy_attachment.this : name => attachment.policy_arn }) == jsonencode(var.certificate.policy_arns) && aws_rolesanywhere_profile.this[0].duration_seconds == 3600
    error_message = "The box's credentials differ from what was asked for."
  }
}

run "refuses_public_operators_and_short_passwords" {
  command = plan

  variables {
    operator_cidr   = "8.8.8.0/24"
    password        = "short"
    worker_id       = "W 9"
    coordinator_key = "0x12"
    cluster         = { arn = var.cluster.arn, bootstrap_brokers_scram = "b-1:9098", security_group_id = "sg-0b" }
  }

  expect_failures = [var.coordinator_key, var.operator_cidr, var.password, var.worker_id, var.cluster]
}

run "leaves_the_rule_to_another_program_of_the_place" {
  command = plan

  variables {
    operator_cidr = null
  }

  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.this) == 0 && output.principal == "User:worker:w-09"
    error_message = "A second program of one place makes its rule again, which the group refuses."
  }
}

run "refuses_a_cluster_and_a_key_of_another_region" {
  command = plan

  variables {
    region = "us-east-1"
  }

  expect_failures = [var.cluster, var.kms_key_arn]
}

mock_provider "aws" {
  source          = "../../mocks"
  override_during = plan
}

variables {
  name       = "verillm-dev"
  vpc_id     = "vpc-0123456789abcdef0"
  subnet_ids = ["subnet-0a", "subnet-0b"]
  clients    = { apps = { security_group_id = "sg-0a" } }
}

run "knows_iam_alone" {
  command = plan

  assert {
    condition     = aws_msk_serverless_cluster.this.client_authentication[0].sasl[0].iam[0].enabled == true
    error_message = "Nobody could say who he is."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.this["apps"].from_port == 9098 && aws_vpc_security_group_ingress_rule.this["apps"].referenced_security_group_id == "sg-0a"
    error_message = "The client's group does not get to 9098."
  }

  assert {
    condition     = tolist(aws_msk_serverless_cluster.this.vpc_config)[0].security_group_ids == toset([aws_security_group.this.id])
    error_message = "The cluster is not in the module's security group."
  }
}

run "refuses_what_serverless_does_not_have" {
  command = plan

  variables {
    subnet_ids = ["subnet-0a", "subnet-0a"]
    clients    = { world = { cidr_ipv4 = "0.0.0.0/0" } }
  }

  expect_failures = [var.subnet_ids, var.clients]
}

run "takes_the_catalogue" {
  command = plan

  variables {
    manifest = jsondecode(file("../../manifest/catalogue.json"))
  }

  assert {
    condition     = length(var.manifest.topics) > 20
    error_message = "There is no catalogue."
  }
}

run "refuses_too_many_partitions" {
  command = plan

  variables {
    manifest = { topics = [{ partitions = 2401, configs = {} }], internalTopics = [] }
  }

  expect_failures = [var.manifest]
}

run "refuses_too_many_compacted_partitions" {
  command = plan

  variables {
    manifest = { topics = [{ partitions = 100, configs = { "cleanup.policy" = "compact,delete" } }], internalTopics = [{ partitions = 21, configs = { "cleanup.policy" = "compact" } }] }
  }

  expect_failures = [var.manifest]
}

run "refuses_records_that_are_too_large" {
  command = plan

  variables {
    manifest = { topics = [], internalTopics = [{ partitions = 1, configs = { "max.message.bytes" = "8388609" } }] }
  }

  expect_failures = [var.manifest]
}

run "refuses_a_client_without_address" {
  command = plan

  variables {
    clients = { nobody = {} }
  }

  expect_failures = [var.clients]
}

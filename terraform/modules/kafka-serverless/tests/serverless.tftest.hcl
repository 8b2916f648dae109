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
    partitions = 2401
    clients    = { world = { cidr_ipv4 = "0.0.0.0/0" } }
  }

  expect_failures = [var.subnet_ids, var.partitions, var.clients]
}

run "refuses_a_client_without_address" {
  command = plan

  variables {
    clients = { nobody = {} }
  }

  expect_failures = [var.clients]
}

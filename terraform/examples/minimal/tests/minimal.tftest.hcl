mock_provider "aws" {
  source          = "../../mocks"
  override_during = plan
}

variables {
  vpc_id     = "vpc-0123456789abcdef0"
  subnet_ids = ["subnet-0a", "subnet-0b"]
  secret_arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:verillm-coordinator-abcdef"
  image      = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/verillm/streams@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
}

run "fits_serverless" {
  command = plan

  assert {
    condition     = output.bootstrap_brokers == "boot-abcdef.c1.kafka-serverless.eu-central-1.amazonaws.com:9098"
    error_message = "The brokers are not those of the cluster."
  }

  assert {
    condition     = local.partitions > 100 && local.partitions <= 2400
    error_message = "There are ${local.partitions} partitions."
  }

  assert {
    condition     = output.topics_tool_policy_arn == module.access.policy_arns["tool"] && length(module.access.policy_arns) == 2
    error_message = "The topics tool has no policy, or somebody else has one."
  }
}

run "refuses_tags_as_images" {
  command = plan

  variables {
    image = "verillm/streams:latest"
  }

  expect_failures = [var.image]
}

mock_provider "aws" {
  source          = "../../mocks"
  override_during = plan
}

variables {
  vpc_id     = "vpc-0123456789abcdef0"
  subnet_ids = ["subnet-0a", "subnet-0b", "subnet-0c"]
  secret_arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:verillm-coordinator-abcdef"
  image      = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/verillm/streams@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
}

run "fits_small_brokers" {
  command = plan

  # MSK lets a small broker have 300 partitions; with three replicas on three brokers each has all of them.
  assert {
    condition     = sum(concat(local.manifest.topics, local.manifest.internalTopics)[*].partitions) <= 300
    error_message = "The catalogue has more partitions than a small broker takes."
  }

  assert {
    condition     = module.kafka.broker_count == 3 && startswith(module.kafka.kafka_version, "4.")
    error_message = "The ledger cannot run on this cluster."
  }

  assert {
    condition     = output.topics_tool_policy_arn == module.access.policy_arns["tool"] && length(module.access.policy_arns) == 2
    error_message = "The topics tool has no policy, or somebody else has one."
  }

  assert {
    condition     = strcontains(output.run_task, "--task-definition verillm-dev-tool ")
    error_message = "The topics tool cannot be run: ${output.run_task}"
  }
}

run "refuses_tags_as_images" {
  command = plan

  variables {
    image = "verillm/streams:latest"
  }

  expect_failures = [var.image]
}

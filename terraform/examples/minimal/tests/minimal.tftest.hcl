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

run "fits_its_brokers" {
  command = plan

  # MSK supports 1,000 partitions on such a broker, and 300 on a kafka.t3.small; with three replicas on three brokers each has all of them, and Kafka's own 50 of offsets and 50 of transactions.
  assert {
    condition     = sum(concat(local.manifest.topics, local.manifest.internalTopics)[*].partitions) + 100 <= 1000
    error_message = "The catalogue has more partitions than the brokers take."
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
    condition     = output.run_task.tool.task_definition == "verillm-dev-tool" && output.run_task.tool.cluster == "verillm-dev" && length(output.run_task.tool.subnets) == 3
    error_message = "The topics tool cannot be run."
  }
}

run "refuses_tags_as_images" {
  command = plan

  variables {
    image = "verillm/streams:latest"
  }

  expect_failures = [var.image]
}

# plans 506 resources
alarms          = { ops = { endpoint = "ops@example.org" } }
coordinator_key = "3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29"
images = {
  streams = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/verillm/streams@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  worker  = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/verillm/worker@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
}
models = { small = "1111111111111111111111111111111111111111111111111111111111111111" }
workers = {
  w-01 = { secret_arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:verillm-w-01-abcdef", key = "1111111111111111111111111111111111111111111111111111111111111111", model = "small", flag_prompts = "prompts-1.jsonl@2222222222222222222222222222222222222222222222222222222222222222" }
  w-02 = { secret_arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:verillm-w-02-abcdef", key = "2222222222222222222222222222222222222222222222222222222222222222", model = "small", flag_prompts = "prompts-1.jsonl@2222222222222222222222222222222222222222222222222222222222222222" }
  w-03 = { secret_arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:verillm-w-03-abcdef", key = "3333333333333333333333333333333333333333333333333333333333333333", model = "small", flag_prompts = "prompts-1.jsonl@2222222222222222222222222222222222222222222222222222222222222222" }
  w-04 = { secret_arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:verillm-w-04-abcdef", key = "4444444444444444444444444444444444444444444444444444444444444444", model = "small", flag_prompts = "prompts-1.jsonl@2222222222222222222222222222222222222222222222222222222222222222" }
}
secrets = {
  coordinator = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:verillm-coordinator-abcdef"
  gateway     = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:verillm-gateway-abcdef"
  witnesses = {
    a = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:verillm-witness-a-abcdef"
    b = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:verillm-witness-b-abcdef"
  }
}
intake                   = { key = "intake.jar", object_version = "abc" }
sink                     = { key = "iceberg-sink.zip", object_version = "abc" }
permissions_boundary_arn = "arn:aws:iam::111122223333:policy/boundary"
workers_outside          = ["w-09"]

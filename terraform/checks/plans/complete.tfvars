# plans 425 resources
alarm_email     = "ops@example.org"
coordinator_key = "3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29"
images = {
  streams = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/verillm/streams@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  worker  = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/verillm/worker@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
}
workers = {
  w-01 = { secret_arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:verillm-w-01-abcdef" }
  w-02 = { secret_arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:verillm-w-02-abcdef" }
  w-03 = { secret_arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:verillm-w-03-abcdef" }
  w-04 = { secret_arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:verillm-w-04-abcdef" }
}
secrets = {
  coordinator = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:verillm-coordinator-abcdef"
  gateway     = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:verillm-gateway-abcdef"
  witnesses = {
    a = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:verillm-witness-a-abcdef"
    b = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:verillm-witness-b-abcdef"
  }
}
intake = { key = "intake.jar", object_version = "abc" }
sink   = { key = "iceberg-sink.zip", object_version = "abc" }

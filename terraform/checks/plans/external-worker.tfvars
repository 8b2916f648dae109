# plans 13 resources
worker_id       = "w-09"
coordinator_key = "3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29"
operator_cidr   = "10.44.0.0/24"
kms_key_arn     = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
cluster = {
  arn                     = "arn:aws:kafka:eu-central-1:111122223333:cluster/verillm/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0-7"
  bootstrap_brokers_scram = "b-1.verillm.abcdef.c7.kafka.eu-central-1.amazonaws.com:9096"
  security_group_id       = "sg-0123456789abcdef0"
}
certificate = {
  authority_pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
  common_name   = "box.w-09.example.org"
  policy_arns   = { evidence = "arn:aws:iam::111122223333:policy/verillm-artifacts-worker-w-09" }
}
permissions_boundary_arn = "arn:aws:iam::111122223333:policy/boundary"

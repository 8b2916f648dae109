# plans 61 resources
vpc_id                   = "vpc-0123456789abcdef0"
subnet_ids               = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1", "subnet-0123456789abcdef2"]
image                    = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/verillm/streams@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
secret_arn               = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:verillm-coordinator-abcdef"
permissions_boundary_arn = "arn:aws:iam::111122223333:policy/boundary"

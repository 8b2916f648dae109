# What AWS would answer, with values that look like real ones: the provider checks the form of an ARN even
# where it is mocked.

mock_resource "aws_msk_cluster" {
  override_during = plan
  defaults = {
    arn                          = "arn:aws:kafka:eu-central-1:111122223333:cluster/verillm/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0-7"
    bootstrap_brokers_sasl_iam   = "b-1.verillm.abcdef.c7.kafka.eu-central-1.amazonaws.com:9098,b-2.verillm.abcdef.c7.kafka.eu-central-1.amazonaws.com:9098"
    bootstrap_brokers_sasl_scram = "b-1.verillm.abcdef.c7.kafka.eu-central-1.amazonaws.com:9096,b-2.verillm.abcdef.c7.kafka.eu-central-1.amazonaws.com:9096"
  }
}

mock_resource "aws_msk_configuration" {
  override_during = plan
  defaults = {
    arn             = "arn:aws:kafka:eu-central-1:111122223333:configuration/verillm/1f2e3d4c-5b6a-7988-9706-15243342516f-7"
    latest_revision = 1
  }
}

mock_resource "aws_msk_serverless_cluster" {
  override_during = plan
  defaults = {
    arn                        = "arn:aws:kafka:eu-central-1:111122223333:cluster/verillm-dev/2a3b4c5d-6e7f-8091-a2b3-c4d5e6f70819-s1"
    bootstrap_brokers_sasl_iam = "boot-abcdef.c1.kafka-serverless.eu-central-1.amazonaws.com:9098"
  }
}

mock_resource "aws_mskconnect_custom_plugin" {
  override_during = plan
  defaults = {
    arn             = "arn:aws:kafkaconnect:eu-central-1:111122223333:custom-plugin/verillm/3b4c5d6e-7f80-91a2-b3c4-d5e6f708192a-2"
    latest_revision = 1
  }
}

mock_resource "aws_mskconnect_worker_configuration" {
  override_during = plan
  defaults = {
    arn             = "arn:aws:kafkaconnect:eu-central-1:111122223333:worker-configuration/verillm/4c5d6e7f-8091-a2b3-c4d5-e6f708192a3b-2"
    latest_revision = 1
  }
}

mock_resource "aws_mskconnect_connector" {
  override_during = plan
  defaults = {
    arn = "arn:aws:kafkaconnect:eu-central-1:111122223333:connector/verillm/5d6e7f80-91a2-b3c4-d5e6-f708192a3b4c-2"
  }
}

mock_resource "aws_kms_key" {
  override_during = plan
  defaults = {
    arn    = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    key_id = "1234abcd-12ab-34cd-56ef-1234567890ab"
  }
}

mock_resource "aws_cloudformation_stack" {
  override_during = plan
  defaults = {
    id = "arn:aws:cloudformation:eu-central-1:111122223333:stack/verillm-signing-key/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"
    outputs = {
      KeyArn = "arn:aws:kms:eu-central-1:111122223333:key/5678abcd-12ab-34cd-56ef-1234567890ab"
    }
  }
}

mock_resource "aws_security_group" {
  override_during = plan
  defaults = {
    id  = "sg-0123456789abcdef0"
    arn = "arn:aws:ec2:eu-central-1:111122223333:security-group/sg-0123456789abcdef0"
  }
}

mock_resource "aws_vpc" {
  override_during = plan
  defaults = {
    id                        = "vpc-0123456789abcdef0"
    default_security_group_id = "sg-0fedcba9876543210"
  }
}

mock_resource "aws_subnet" {
  override_during = plan
  defaults = {
    id = "subnet-0123456789abcdef0"
  }
}

mock_resource "aws_cloudwatch_log_group" {
  override_during = plan
  defaults = {
    arn = "arn:aws:logs:eu-central-1:111122223333:log-group:/verillm/mock"
  }
}

mock_resource "aws_cloudwatch_metric_alarm" {
  override_during = plan
  defaults = {
    arn = "arn:aws:cloudwatch:eu-central-1:111122223333:alarm:verillm-mock"
  }
}

mock_resource "aws_cloudwatch_composite_alarm" {
  override_during = plan
  defaults = {
    arn = "arn:aws:cloudwatch:eu-central-1:111122223333:alarm:verillm-mock-composite"
  }
}

mock_resource "aws_iam_role" {
  override_during = plan
  defaults = {
    arn = "arn:aws:iam::111122223333:role/verillm-mock"
  }
}

mock_resource "aws_iam_policy" {
  override_during = plan
  defaults = {
    arn = "arn:aws:iam::111122223333:policy/verillm-mock"
  }
}

mock_resource "aws_iam_instance_profile" {
  override_during = plan
  defaults = {
    arn = "arn:aws:iam::111122223333:instance-profile/verillm-mock"
  }
}

mock_resource "aws_secretsmanager_secret" {
  override_during = plan
  defaults = {
    id  = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:AmazonMSK_verillm-abcdef"
    arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:AmazonMSK_verillm-abcdef"
  }
}

mock_resource "aws_secretsmanager_secret_version" {
  override_during = plan
  defaults = {
    arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:AmazonMSK_verillm-abcdef"
  }
}

mock_resource "aws_glue_registry" {
  override_during = plan
  defaults = {
    arn = "arn:aws:glue:eu-central-1:111122223333:registry/verillm"
  }
}

mock_resource "aws_glue_schema" {
  override_during = plan
  defaults = {
    arn = "arn:aws:glue:eu-central-1:111122223333:schema/verillm/Mock"
  }
}

mock_resource "aws_ecs_cluster" {
  override_during = plan
  defaults = {
    id  = "arn:aws:ecs:eu-central-1:111122223333:cluster/verillm"
    arn = "arn:aws:ecs:eu-central-1:111122223333:cluster/verillm"
  }
}

mock_resource "aws_ecs_service" {
  override_during = plan
  defaults = {
    id = "arn:aws:ecs:eu-central-1:111122223333:service/verillm/mock"
  }
}

mock_resource "aws_ecs_task_definition" {
  override_during = plan
  defaults = {
    arn                  = "arn:aws:ecs:eu-central-1:111122223333:task-definition/verillm-mock:1"
    arn_without_revision = "arn:aws:ecs:eu-central-1:111122223333:task-definition/verillm-mock"
  }
}

mock_resource "aws_ecs_capacity_provider" {
  override_during = plan
  defaults = {
    arn = "arn:aws:ecs:eu-central-1:111122223333:capacity-provider/verillm-mock"
  }
}

mock_resource "aws_launch_template" {
  override_during = plan
  defaults = {
    id             = "lt-0123456789abcdef0"
    latest_version = 1
  }
}

mock_resource "aws_autoscaling_group" {
  override_during = plan
  defaults = {
    arn = "arn:aws:autoscaling:eu-central-1:111122223333:autoScalingGroup:0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9:autoScalingGroupName/verillm-mock"
  }
}

mock_resource "aws_appautoscaling_policy" {
  override_during = plan
  defaults = {
    arn = "arn:aws:autoscaling:eu-central-1:111122223333:scalingPolicy:0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9:resource/ecs/service/verillm/mock:policyName/mock"
  }
}

mock_resource "aws_s3_bucket" {
  override_during = plan
  defaults = {
    arn = "arn:aws:s3:::verillm-mock"
  }
}

mock_resource "aws_s3tables_table_bucket" {
  override_during = plan
  defaults = {
    arn = "arn:aws:s3tables:eu-central-1:111122223333:bucket/verillm-mock"
  }
}

mock_resource "aws_lambda_function" {
  override_during = plan
  defaults = {
    arn           = "arn:aws:lambda:eu-central-1:111122223333:function:verillm-mock"
    qualified_arn = "arn:aws:lambda:eu-central-1:111122223333:function:verillm-mock:1"
    version       = "1"
  }
}

mock_resource "aws_lambda_alias" {
  override_during = plan
  defaults = {
    arn        = "arn:aws:lambda:eu-central-1:111122223333:function:verillm-mock:live"
    invoke_arn = "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-central-1:111122223333:function:verillm-mock:live/invocations"
  }
}

mock_resource "aws_apigatewayv2_api" {
  override_during = plan
  defaults = {
    id            = "a1b2c3d4e5"
    api_endpoint  = "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com"
    execution_arn = "arn:aws:execute-api:eu-central-1:111122223333:a1b2c3d4e5"
  }
}

mock_resource "aws_sns_topic" {
  override_during = plan
  defaults = {
    arn = "arn:aws:sns:eu-central-1:111122223333:verillm-mock"
  }
}

mock_resource "aws_rolesanywhere_trust_anchor" {
  override_during = plan
  defaults = {
    arn = "arn:aws:rolesanywhere:eu-central-1:111122223333:trust-anchor/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"
  }
}

mock_resource "aws_rolesanywhere_profile" {
  override_during = plan
  defaults = {
    arn = "arn:aws:rolesanywhere:eu-central-1:111122223333:profile/1a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"
  }
}

mock_data "aws_caller_identity" {
  override_during = plan
  defaults = {
    account_id = "111122223333"
    arn        = "arn:aws:iam::111122223333:user/mock"
  }
}

mock_data "aws_region" {
  override_during = plan
  defaults = {
    id   = "eu-central-1"
    name = "eu-central-1"
  }
}

mock_data "aws_partition" {
  override_during = plan
  defaults = {
    id         = "aws"
    partition  = "aws"
    dns_suffix = "amazonaws.com"
  }
}

mock_data "aws_availability_zones" {
  override_during = plan
  defaults = {
    names = ["eu-central-1a", "eu-central-1b", "eu-central-1c"]
  }
}

mock_resource "aws_athena_workgroup" {
  override_during = plan
  defaults = {
    arn = "arn:aws:athena:eu-central-1:111122223333:workgroup/verillm-mock"
  }
}

mock_resource "aws_eip" {
  override_during = plan
  defaults = {
    id = "eipalloc-0123456789abcdef0"
  }
}

mock_resource "aws_nat_gateway" {
  override_during = plan
  defaults = {
    id = "nat-0123456789abcdef0"
  }
}

mock_resource "aws_internet_gateway" {
  override_during = plan
  defaults = {
    id = "igw-0123456789abcdef0"
  }
}

mock_resource "aws_route_table" {
  override_during = plan
  defaults = {
    id = "rtb-0123456789abcdef0"
  }
}

mock_resource "aws_efs_file_system" {
  override_during = plan
  defaults = {
    id  = "fs-0123456789abcdef0"
    arn = "arn:aws:elasticfilesystem:eu-central-1:111122223333:file-system/fs-0123456789abcdef0"
  }
}

mock_resource "aws_efs_access_point" {
  override_during = plan
  defaults = {
    id  = "fsap-0123456789abcdef0"
    arn = "arn:aws:elasticfilesystem:eu-central-1:111122223333:access-point/fsap-0123456789abcdef0"
  }
}

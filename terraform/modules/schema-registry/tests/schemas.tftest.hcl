mock_provider "aws" {
  source          = "../../mocks"
  override_during = plan
}

variables {
  name = "verillm"
  schemas = {
    for path in fileset("../../../schemas/src/main/avro", "*.avsc") :
    trimsuffix(path, ".avsc") => file("../../../schemas/src/main/avro/${path}")
  }
}

run "holds_every_event" {
  command = plan

  assert {
    condition     = length(aws_glue_schema.this) == length(fileset("../../../schemas/src/main/avro", "*.avsc")) && length(aws_glue_schema.this) > 30
    error_message = "There are ${length(aws_glue_schema.this)} schemas."
  }

  assert {
    condition     = alltrue([for schema in aws_glue_schema.this : schema.compatibility == "FULL_ALL" && schema.data_format == "AVRO"])
    error_message = "A schema could change so that old records are unreadable."
  }

  assert {
    condition     = alltrue([for action in jsondecode(aws_iam_policy.reader.policy).Statement[0].Action : can(regex("^glue:(Get|List)", action))])
    error_message = "Readers can do more than read."
  }

  assert {
    condition     = length(aws_iam_role.reader) == 0
    error_message = "There is a role for readers whom nobody named."
  }
}

run "lets_named_accounts_read" {
  command = plan

  variables {
    reader_arns = ["arn:aws:iam::444455556666:role/box"]
  }

  assert {
    condition     = jsondecode(aws_iam_role.reader[0].assume_role_policy).Statement[0].Principal.AWS == ["arn:aws:iam::444455556666:role/box"]
    error_message = "Somebody else may assume the readers' role."
  }
}

run "refuses_schemas_under_another_name" {
  command = plan

  variables {
    schemas       = { Other = "{\"type\":\"record\",\"name\":\"Verdict\",\"fields\":[]}" }
    compatibility = "NONE"
    reader_arns   = ["*"]
  }

  expect_failures = [var.schemas, var.compatibility, var.reader_arns]
}

run "refuses_what_is_no_json" {
  command = plan

  variables {
    schemas = { Verdict = "record Verdict" }
  }

  expect_failures = [var.schemas]
}

mock_provider "aws" {
  source          = "../../mocks"
  override_during = plan
}

variables {
  name        = "verillm-intake"
  package     = { bucket = "verillm-packages-111122223333", key = "intake.jar", object_version = "abc" }
  policy_arns = { kafka = "arn:aws:iam::111122223333:policy/verillm-kafka-gateway" }

  signing_secret_arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:verillm-gateway-abcdef"

  vpc_id     = "vpc-0123456789abcdef0"
  subnet_ids = ["subnet-0a", "subnet-0b"]
  kafka = {
    cluster_name      = "verillm"
    bootstrap_brokers = "b-1.verillm.abcdef.c7.kafka.eu-central-1.amazonaws.com:9098"
    security_group_id = "sg-0b"
  }
}

run "lets_nobody_in_without_a_name" {
  command = plan

  assert {
    condition     = alltrue([for route in aws_apigatewayv2_route.this : route.authorization_type == "AWS_IAM"]) && toset([for route in aws_apigatewayv2_route.this : route.route_key]) == toset(["POST /v1/requests", "GET /v1/requests/{id}"])
    error_message = "The route is open."
  }

  assert {
    condition     = endswith(aws_lambda_permission.this["post"].source_arn, "/*/POST/v1/requests") && endswith(aws_lambda_permission.this["get"].source_arn, "/*/GET/v1/requests/*") && alltrue([for permission in aws_lambda_permission.this : permission.qualifier == "live"])
    error_message = "The API may call more than it needs to."
  }

  assert {
    condition     = aws_apigatewayv2_stage.this.default_route_settings[0].throttling_rate_limit == 50 && aws_lambda_function.this.reserved_concurrent_executions == null
    error_message = "Nothing holds back a flood."
  }

  assert {
    condition     = aws_vpc_security_group_egress_rule.kafka.to_port == 9098 && aws_lambda_function.this.environment[0].variables["VERILLM_BOOTSTRAP"] == var.kafka.bootstrap_brokers
    error_message = "The function does not get to the brokers."
  }

  assert {
    condition     = aws_apigatewayv2_integration.this.timeout_milliseconds > aws_lambda_function.this.timeout * 1000
    error_message = "The API gives up before the function does."
  }
}

run "takes_tokens_of_an_issuer" {
  command = plan

  variables {
    authorization = { type = "JWT", issuer = "https://login.example.org", audience = ["verillm"] }
    function      = { snap_start = true, concurrency = 20 }
  }

  assert {
    condition     = aws_lambda_function.this.reserved_concurrent_executions == 20
    error_message = "More functions run at once than were allowed."
  }

  assert {
    condition     = jsondecode(aws_apigatewayv2_stage.this.access_log_settings[0].format).caller == "$context.authorizer.claims.sub"
    error_message = "Nobody can tell who posted."
  }

  assert {
    condition     = aws_apigatewayv2_authorizer.this[0].jwt_configuration[0].issuer == "https://login.example.org" && alltrue([for route in aws_apigatewayv2_route.this : route.authorization_type == "JWT"])
    error_message = "Tokens of the issuer are not asked for."
  }

  assert {
    condition     = length(aws_iam_policy.caller) == 0 && output.caller_policy_arn == null
    error_message = "There is a policy that opens nothing."
  }

  assert {
    condition     = aws_lambda_function.this.snap_start[0].apply_on == "PublishedVersions" && aws_lambda_function.this.publish
    error_message = "SnapStart needs published versions."
  }
}

run "can_be_called_by_who_has_the_policy" {
  command = plan

  assert {
    condition     = toset(jsondecode(aws_iam_policy.caller[0].policy).Statement[0].Resource) == toset([for permission in aws_lambda_permission.this : permission.source_arn]) && length(aws_lambda_permission.this) == 2
    error_message = "A caller may post and is refused what became of it, or may do more."
  }

  assert {
    condition     = output.caller_policy_arn == aws_iam_policy.caller[0].arn
    error_message = "Nobody is told the policy."
  }
}

run "has_narrow_rights" {
  command = plan

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_iam_role_policy.this.policy).Statement :
      statement.Resource != ["*"] || alltrue([for action in statement.Action : startswith(action, "ec2:")])
    ])
    error_message = "The function has a right on everything."
  }

  assert {
    condition     = tolist(jsondecode(aws_iam_role_policy.secrets[0].policy).Statement[0].Resource) == tolist([var.signing_secret_arn]) && aws_lambda_function.this.environment[0].variables["VERILLM_SIGNING_SECRET"] == var.signing_secret_arn
    error_message = "The function reads other secrets."
  }
}

run "refuses_open_doors" {
  command = plan

  variables {
    authorization = { type = "NONE" }
    throttle      = { rate = 10, burst = 5 }
    function      = { timeout = 60 }
    package       = { bucket = "b", key = "intake.jar", object_version = "" }
  }

  expect_failures = [var.authorization, var.throttle, var.function, var.package]
}

run "refuses_tokens_of_nobody" {
  command = plan

  variables {
    authorization = { type = "JWT" }
  }

  expect_failures = [var.authorization]
}

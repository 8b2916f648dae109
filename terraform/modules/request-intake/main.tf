data "aws_caller_identity" "this" {}

data "aws_region" "this" {}

################################################################################
# API
################################################################################

resource "aws_apigatewayv2_api" "this" {
  name          = var.name
  description   = "Takes requests for text"
  protocol_type = "HTTP"
  tags          = var.tags
}

resource "aws_apigatewayv2_integration" "this" {
  api_id                 = aws_apigatewayv2_api.this.id
  integration_type       = "AWS_PROXY"
  integration_uri        = aws_lambda_alias.this.invoke_arn
  payload_format_version = "2.0"
  timeout_milliseconds   = (var.function.timeout + 1) * 1000
}

resource "aws_apigatewayv2_authorizer" "this" {
  count = var.authorization.type == "JWT" ? 1 : 0

  api_id           = aws_apigatewayv2_api.this.id
  name             = "jwt"
  authorizer_type  = "JWT"
  identity_sources = ["$request.header.Authorization"]

  jwt_configuration {
    issuer   = var.authorization.issuer
    audience = var.authorization.audience
  }
}

locals {
  routes = { post = "POST /v1/requests", get = "GET /v1/requests/{id}" }
}

resource "aws_apigatewayv2_route" "this" {
  for_each = local.routes

  api_id             = aws_apigatewayv2_api.this.id
  route_key          = each.value
  target             = "integrations/${aws_apigatewayv2_integration.this.id}"
  authorization_type = var.authorization.type
  authorizer_id      = try(aws_apigatewayv2_authorizer.this[0].id, null)
}

resource "aws_apigatewayv2_stage" "this" {
  api_id      = aws_apigatewayv2_api.this.id
  name        = "$default"
  auto_deploy = true
  tags        = var.tags

  default_route_settings {
    throttling_rate_limit    = var.throttle.rate
    throttling_burst_limit   = var.throttle.burst
    detailed_metrics_enabled = true
  }

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.api.arn
    format = jsonencode({
      requestId = "$context.requestId"
      # Whoever posts in JSON spends the gateway's funds.
      caller  = var.authorization.type == "JWT" ? "$context.authorizer.claims.sub" : "$context.identity.userArn"
      ip      = "$context.identity.sourceIp"
      route   = "$context.routeKey"
      status  = "$context.status"
      latency = "$context.responseLatency"
      error   = "$context.error.message"
    })
  }
}

################################################################################
# Function
################################################################################

resource "aws_lambda_function" "this" {
  function_name                  = var.name
  description                    = "Checks requests and writes them to verillm.requests.v1"
  role                           = aws_iam_role.this.arn
  runtime                        = "java21"
  architectures                  = ["x86_64"]
  handler                        = "io.verillm.intake.RequestHandler"
  s3_bucket                      = var.package.bucket
  s3_key                         = var.package.key
  s3_object_version              = var.package.object_version
  memory_size                    = var.function.memory
  timeout                        = var.function.timeout
  reserved_concurrent_executions = var.function.concurrency
  publish                        = true
  tags                           = var.tags

  environment {
    variables = merge(
      { VERILLM_BOOTSTRAP = var.kafka.bootstrap_brokers },
      var.signing_secret_arn == null ? {} : { VERILLM_SIGNING_SECRET = var.signing_secret_arn },
      var.environment,
    )
  }

  vpc_config {
    subnet_ids         = var.subnet_ids
    security_group_ids = [aws_security_group.this.id]
  }

  snap_start {
    apply_on = var.function.snap_start ? "PublishedVersions" : "None"
  }

  tracing_config {
    mode = "PassThrough"
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.function.name
  }

  # Lambda refuses a function in a VPC whose role may not make network interfaces yet, and SnapStart starts it at once: it reads its secret and the log's registry then.
  depends_on = [aws_iam_role_policy.this, aws_iam_role_policy.secrets, aws_iam_role_policy_attachment.this]
}

resource "aws_lambda_alias" "this" {
  name             = "live"
  description      = "The version that the API calls"
  function_name    = aws_lambda_function.this.function_name
  function_version = aws_lambda_function.this.version
}

locals {
  calls = { post = "POST/v1/requests", get = "GET/v1/requests/*" }
}

resource "aws_lambda_permission" "this" {
  for_each = local.calls

  statement_id  = each.key
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.this.function_name
  qualifier     = aws_lambda_alias.this.name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.this.execution_arn}/*/${each.value}"
}

################################################################################
# Network
################################################################################

resource "aws_security_group" "this" {
  name_prefix = "${var.name}-"
  description = "Functions of ${var.name}"
  vpc_id      = var.vpc_id
  tags        = merge(var.tags, { Name = var.name })

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "kafka" {
  security_group_id            = aws_security_group.this.id
  description                  = "Brokers"
  referenced_security_group_id = var.kafka.security_group_id
  ip_protocol                  = "tcp"
  from_port                    = 9098
  to_port                      = 9098
  tags                         = var.tags
}

resource "aws_vpc_security_group_egress_rule" "aws" {
  security_group_id = aws_security_group.this.id
  description       = "AWS by HTTPS"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  tags              = var.tags
}

################################################################################
# Rights
################################################################################

resource "aws_iam_role" "this" {
  name        = var.name
  description = "What the intake function may do"
  tags        = var.tags

  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Function"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.this.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  name = "run"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        # These actions know no resource before the interface exists.
        Sid    = "NetworkInterfaces"
        Effect = "Allow"
        Action = [
          "ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces",
          "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
        ]
        Resource = ["*"]
      },
      {
        # Only Lambda itself moves interfaces; the code that runs with this role must not.
        Sid       = "NotByTheCode"
        Effect    = "Deny"
        Action    = ["ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:UnassignPrivateIpAddresses"]
        Resource  = ["*"]
        Condition = { ArnEquals = { "lambda:SourceFunctionArn" = "arn:${split(":", aws_apigatewayv2_api.this.execution_arn)[1]}:lambda:${data.aws_region.this.id}:${data.aws_caller_identity.this.account_id}:function:${var.name}" } }
      },
      {
        Sid      = "Log"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["${aws_cloudwatch_log_group.function.arn}:*"]
      },
    ]
  })
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each = var.policy_arns

  role       = aws_iam_role.this.name
  policy_arn = each.value
}

resource "aws_iam_role_policy" "secrets" {
  count = var.signing_secret_arn == null ? 0 : 1

  name = "secrets"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid      = "Read"
        Effect   = "Allow"
        Action   = ["secretsmanager:GetSecretValue"]
        Resource = [var.signing_secret_arn]
      }],
      length(var.secrets_kms_key_arns) == 0 ? [] : [{
        Sid       = "Decrypt"
        Effect    = "Allow"
        Action    = ["kms:Decrypt"]
        Resource  = var.secrets_kms_key_arns
        Condition = { StringEquals = { "kms:ViaService" = "secretsmanager.${data.aws_region.this.id}.amazonaws.com" } }
      }],
    )
  })
}

# Whoever may call the API, where it asks for AWS credentials.
resource "aws_iam_policy" "caller" {
  count = var.authorization.type == "AWS_IAM" ? 1 : 0

  name        = "${var.name}-caller"
  description = "Posts requests to ${var.name} and asks what became of them"
  tags        = var.tags

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "Call"
      Effect   = "Allow"
      Action   = ["execute-api:Invoke"]
      Resource = [for call in values(local.calls) : "${aws_apigatewayv2_api.this.execution_arn}/*/${call}"]
    }]
  })
}

################################################################################
# Logs and alarms
################################################################################

resource "aws_cloudwatch_log_group" "function" {
  name              = "/verillm/${var.name}/function"
  retention_in_days = var.log.retention_days
  kms_key_id        = var.log.kms_key_arn
  tags              = var.tags
}

resource "aws_cloudwatch_log_group" "api" {
  name              = "/verillm/${var.name}/api"
  retention_in_days = var.log.retention_days
  kms_key_id        = var.log.kms_key_arn
  tags              = var.tags
}

locals {
  alarms = {
    errors    = { namespace = "AWS/Lambda", metric = "Errors", statistic = "Sum", threshold = 0, complaint = "the function fails" }
    throttles = { namespace = "AWS/Lambda", metric = "Throttles", statistic = "Sum", threshold = 0, complaint = "more requests at once than function.concurrency or the account allow" }
    slow      = { namespace = "AWS/Lambda", metric = "Duration", statistic = "Maximum", threshold = var.function.timeout * 800, complaint = "the function comes near its timeout" }
    failed    = { namespace = "AWS/ApiGateway", metric = "5xx", statistic = "Sum", threshold = 0, complaint = "callers get server errors" }
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${var.name}: ${each.value.complaint}"
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.namespace == "AWS/Lambda" ? { FunctionName = aws_lambda_function.this.function_name } : { ApiId = aws_apigatewayv2_api.this.id }
  statistic           = each.value.statistic
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  period              = 60
  evaluation_periods  = 3
  datapoints_to_alarm = 2
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
  ok_actions          = var.alarm_actions
  tags                = var.tags
}

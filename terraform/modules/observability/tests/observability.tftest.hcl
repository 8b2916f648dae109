mock_provider "aws" {
  source          = "../../mocks"
  override_during = plan
}

variables {
  name       = "verillm"
  kafka      = { cluster_name = "verillm", brokers = 3 }
  groups     = { "worker-w-01" = ["verillm.tasks.w-01.v1"], "verillm-ledger" = ["verillm.ledger-commands.v1"] }
  services   = { coordinator = { cluster = "verillm", service = "verillm-coordinator" } }
  intake     = { api_id = "a1b2c3d4e5", function_name = "verillm-intake" }
  alarm_arns = ["arn:aws:cloudwatch:eu-central-1:111122223333:alarm:verillm-kafka-cpu-1"]
}

run "notices_a_log_that_stands_still" {
  command = plan

  assert {
    condition     = aws_cloudwatch_metric_alarm.rate["stalled"].treat_missing_data == "breaching" && aws_cloudwatch_metric_alarm.rate["stalled"].comparison_operator == "LessThanThreshold" && aws_cloudwatch_metric_alarm.rate["stalled"].threshold == 0.05
    error_message = "Silence does not set off the alarm."
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.rate["dead_letters"].metric_query) == 4 && anytrue([for query in aws_cloudwatch_metric_alarm.rate["dead_letters"].metric_query : query.expression == "SUM([FILL(b1, 0), FILL(b2, 0), FILL(b3, 0)])"])
    error_message = "Dead letters on some broker go unnoticed."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.rate["stalled"].alarm_actions == toset([aws_sns_topic.this.arn])
    error_message = "The alarm tells nobody."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.rate["dead_letters"].datapoints_to_alarm == 1 && aws_cloudwatch_metric_alarm.rate["stalled"].datapoints_to_alarm == 10
    error_message = "A burst of dead letters goes unnoticed, or one late seal counts as a halt."
  }
}

run "shows_what_runs" {
  command = plan

  assert {
    condition     = length(jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets) == 9
    error_message = "The dashboard has ${length(jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets)} panels."
  }

  assert {
    condition     = strcontains(aws_cloudwatch_dashboard.this.dashboard_body, "\"worker-w-01\",\"Topic\",\"verillm.tasks.w-01.v1\"")
    error_message = "A worker's lag is not shown."
  }

  assert {
    condition     = [for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : length(widget.properties.alarms) if widget.type == "alarm"] == [3]
    error_message = "An alarm is not shown."
  }

  assert {
    condition     = length(distinct([for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : "${widget.x}-${widget.y}"])) == 9
    error_message = "Panels lie on each other."
  }
}

run "lets_nobody_else_publish" {
  command = plan

  assert {
    condition     = jsondecode(aws_sns_topic_policy.this.policy).Statement[0].Principal == { Service = "cloudwatch.amazonaws.com" } && aws_sns_topic.this.kms_master_key_id == aws_kms_key.this.arn
    error_message = "Others can send alarms, or they are not encrypted."
  }
}

run "has_no_rates_without_brokers" {
  command = plan

  variables {
    kafka      = { cluster_name = "verillm-dev" }
    alarm_arns = []
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.rate) == 0
    error_message = "Serverless has no metrics by broker."
  }
}

run "refuses_addresses_that_do_not_fit" {
  command = plan

  variables {
    subscriptions   = { ops = { protocol = "https", endpoint = "ops@example.org" } }
    alarm_arns      = ["verillm-kafka-cpu-1"]
    stalled_minutes = 1
    groups          = { empty = [] }
    kafka           = { cluster_name = "verillm", brokers = 99 }
  }

  expect_failures = [var.subscriptions, var.alarm_arns, var.stalled_minutes, var.groups, var.kafka]
}

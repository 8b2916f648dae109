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
    condition     = aws_cloudwatch_metric_alarm.rate["stalled"].treat_missing_data == "breaching" && aws_cloudwatch_metric_alarm.rate["stalled"].comparison_operator == "LessThanThreshold" && aws_cloudwatch_metric_alarm.rate["stalled"].threshold == 5
    error_message = "Silence does not set off the alarm."
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.rate["dead_letters"].metric_query) == 4 && anytrue([for query in aws_cloudwatch_metric_alarm.rate["dead_letters"].metric_query : query.expression == "SUM([FILL(b1, 0), FILL(b2, 0), FILL(b3, 0)])"])
    error_message = "Dead letters on some broker go unnoticed."
  }

  # A mean that falls towards zero is above it for hours.
  assert {
    condition     = aws_cloudwatch_metric_alarm.rate["dead_letters"].comparison_operator == "GreaterThanThreshold" && aws_cloudwatch_metric_alarm.rate["dead_letters"].threshold == 0.1
    error_message = "One dead letter keeps the alarm on, and what comes behind it is not told."
  }

  # At the free level MSK has bytes of a topic, and no records.
  assert {
    condition     = alltrue(flatten([for alarm in aws_cloudwatch_metric_alarm.rate : [for query in alarm.metric_query : query.metric[0].metric_name == "BytesInPerSec" if length(query.metric) > 0]])) && !strcontains(aws_cloudwatch_dashboard.this.dashboard_body, "MessagesInPerSec")
    error_message = "An alarm rests on a metric that MSK's free level does not have: the one would never stop, the other never come."
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
    condition     = jsondecode(aws_sns_topic_policy.this.policy).Statement[0].Principal.Service == ["cloudwatch.amazonaws.com"] && length(aws_budgets_budget.this) == 0 && aws_sns_topic.this.kms_master_key_id == aws_kms_key.this.arn
    error_message = "Others can send alarms, or they are not encrypted."
  }

  assert {
    condition = alltrue([for statement in [jsondecode(aws_kms_key.this.policy).Statement[1], jsondecode(aws_sns_topic_policy.this.policy).Statement[0]] :
    statement.Condition == { StringEquals = { "aws:SourceAccount" = "111122223333" } }])
    error_message = "Alarms of other accounts can use the key or the topic."
  }
}

run "expects_no_seals_before_there_is_a_log" {
  command = plan

  variables {
    kafka = { cluster_name = "verillm", brokers = 3, sealed = false }
  }

  assert {
    condition     = keys(aws_cloudwatch_metric_alarm.rate) == ["dead_letters"]
    error_message = "Everybody is told that a log stands still which nobody has founded."
  }
}

run "tells_of_requests_that_wait" {
  command = plan

  variables {
    backlog = { log = "3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29", models = ["builtin", "small"], rests = true }
  }

  assert {
    condition     = { for model, alarm in aws_cloudwatch_metric_alarm.waiting : model => alarm.dimensions.Model if alarm.metric_name == "OldestWaitSeconds" && alarm.threshold == 600 && alarm.dimensions.Log == var.backlog.log } == { builtin = "builtin", small = "small" }
    error_message = "Requests wait for workers that do not come, and nobody is told."
  }

  assert {
    condition     = one(values(aws_cloudwatch_metric_alarm.impatient)).metric_name == "WorkerWaitSeconds" && one(values(aws_cloudwatch_metric_alarm.impatient)).threshold == 0 && one(values(aws_cloudwatch_metric_alarm.impatient)).comparison_operator == "LessThanOrEqualToThreshold"
    error_message = "Workers rest on a log that waits for nobody, and nobody is told."
  }

  assert {
    condition     = length(jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets) == 11 && strcontains(aws_cloudwatch_dashboard.this.dashboard_body, "[\"VeriLLM\",\"WaitingRequests\",\"Log\",\"${var.backlog.log}\",\"Model\",\"small\"]")
    error_message = "What waits is not shown."
  }

  assert {
    condition     = [for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : length(widget.properties.alarms) if widget.type == "alarm"] == [6]
    error_message = "An alarm is not shown."
  }
}

run "is_told_what_a_month_costs" {
  command = plan

  variables {
    budget = { dollars = 2000, project = "verillm" }
  }

  assert {
    condition     = aws_budgets_budget.this[0].limit_amount == "2000" && one(aws_budgets_budget.this[0].cost_filter).values == tolist(["user:project$verillm"]) && alltrue([for notification in aws_budgets_budget.this[0].notification : notification.subscriber_sns_topic_arns == toset([aws_sns_topic.this.arn])])
    error_message = "Another sum is watched, or nobody is told."
  }

  assert {
    condition     = contains(jsondecode(aws_sns_topic_policy.this.policy).Statement[0].Principal.Service, "budgets.amazonaws.com") && contains(jsondecode(aws_kms_key.this.policy).Statement[1].Principal.Service, "budgets.amazonaws.com")
    error_message = "A budget may not say what it has to say."
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
    backlog         = { log = "verillm", models = [] }
    budget          = { dollars = 0, project = "verillm" }
  }

  expect_failures = [var.backlog, var.budget, var.subscriptions, var.alarm_arns, var.stalled_minutes, var.groups, var.kafka]
}

run "watches_as_many_brokers_as_an_alarm_takes" {
  command = plan

  variables {
    kafka = { cluster_name = "verillm", brokers = 10 }
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.rate : length([for query in alarm.metric_query : query if length(query.metric) > 0]) == 10])
    error_message = "A broker is not watched."
  }
}

run "refuses_more_brokers_than_an_alarm_takes" {
  command = plan

  variables {
    kafka = { cluster_name = "verillm", brokers = 11 }
  }

  expect_failures = [var.kafka]
}

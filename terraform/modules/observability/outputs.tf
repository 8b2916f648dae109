output "topic_arn" {
  description = "SNS topic for the other modules' alarms."
  value       = aws_sns_topic.this.arn
}

output "watches" {
  description = "What people are told of: whether seals that stop, after how many seconds requests that wait for each model, logs that let none wait, and a month's budget in dollars, or null."
  value = {
    stalled   = contains(keys(aws_cloudwatch_metric_alarm.rate), "stalled")
    waiting   = { for model, alarm in aws_cloudwatch_metric_alarm.waiting : model => alarm.threshold }
    impatient = keys(aws_cloudwatch_metric_alarm.impatient)
    budget    = one(aws_budgets_budget.this[*].limit_amount)
  }
}

output "dashboard_name" {
  description = "Name of the dashboard."
  value       = aws_cloudwatch_dashboard.this.dashboard_name
}

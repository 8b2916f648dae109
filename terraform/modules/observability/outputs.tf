output "topic_arn" {
  description = "SNS topic for the other modules' alarms."
  value       = aws_sns_topic.this.arn
}

output "dashboard_name" {
  description = "Name of the dashboard."
  value       = aws_cloudwatch_dashboard.this.dashboard_name
}

output "anything_alarm_arn" {
  description = "ARN of the alarm that is on while any other is; null without others."
  value       = try(aws_cloudwatch_composite_alarm.this[0].arn, null)
}

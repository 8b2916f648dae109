output "url" {
  description = "Where requests are posted."
  value       = "${aws_apigatewayv2_api.this.api_endpoint}/v1/requests"
}

output "api_id" {
  description = "Id of the API, the dimension `ApiId` of its metrics."
  value       = aws_apigatewayv2_api.this.id
}

output "caller_policy_arn" {
  description = "IAM policy of a caller, who posts requests and asks what became of them; null where callers bring a JWT."
  value       = one(aws_iam_policy.caller[*].arn)
}

output "function_name" {
  description = "Name of the function."
  value       = aws_lambda_function.this.function_name
}

output "security_group_id" {
  description = "Security group of the function, to be let in by the brokers."
  value       = aws_security_group.this.id
}

output "alarm_arns" {
  description = "ARNs of the intake's alarms."
  value       = [for alarm in aws_cloudwatch_metric_alarm.this : alarm.arn]
}

output "role_policy_arns" {
  description = "ARNs of the policies that are attached to the function's role, in order."
  value       = sort([for attachment in aws_iam_role_policy_attachment.this : attachment.policy_arn])
}

"""Whose rules the library's proxies are compared with: Go's net/http and boto3, each as it is."""

{{- define "product.fullname" -}}
{{- $both := printf "%s-%s" .Release.Name .Chart.Name }}
{{- ternary .Release.Name $both (contains .Chart.Name .Release.Name) | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "product.serviceAccount" -}}
{{ .Values.serviceAccount.name | default (include "product.fullname" .) }}
{{- end }}

{{- define "product.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "product.labels" -}}
{{ include "product.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | quote }}
{{- end }}

{{- define "product.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532 # lets a user other than root read IRSA's token
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "product.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{/* The environment and the mounts of the product's container, and of the test's. */}}
{{- define "product.surroundings" -}}
{{- if or .Values.httpsProxy .Values.noProxy .Values.caBundle.configMap .Values.extraEnv }}
env:
  {{- with .Values.httpsProxy }}
  - { name: HTTPS_PROXY, value: {{ . | quote }} }
  {{- end }}
  {{- with .Values.noProxy }}
  - { name: NO_PROXY, value: {{ . | quote }} }
  {{- end }}
  {{- if .Values.caBundle.configMap }}
  - { name: AWS_CA_BUNDLE, value: {{ printf "/etc/product-ca/%s" .Values.caBundle.key | quote }} }
  {{- end }}
  {{- with .Values.extraEnv }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
{{- if or .Values.caBundle.configMap .Values.metering.enabled .Values.extraVolumeMounts }}
volumeMounts:
  {{- if .Values.caBundle.configMap }}
  - { name: ca-bundle, mountPath: /etc/product-ca, readOnly: true }
  {{- end }}
  {{- if .Values.metering.enabled }}
  - { name: usage, mountPath: /var/lib/product }
  {{- end }}
  {{- with .Values.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
{{- end }}

{{/* Where a pod may run: the product's, and the test's. */}}
{{- define "product.scheduling" -}}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "product.volumes" -}}
{{- if or .Values.caBundle.configMap .Values.metering.enabled .Values.extraVolumes }}
volumes:
  {{- if .Values.caBundle.configMap }}
  - name: ca-bundle
    configMap: { name: {{ .Values.caBundle.configMap | quote }} }
  {{- end }}
  {{- if .Values.metering.enabled }}
  - name: usage # outlives a container of the pod, not the pod: another pod is another key at AWS
    emptyDir: { sizeLimit: 64Mi }
  {{- end }}
  {{- with .Values.extraVolumes }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
{{- end }}

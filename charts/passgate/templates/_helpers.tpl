{{- define "passgate.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" }}
{{- end }}

{{/* Short enough for what is put behind it. */}}
{{- define "passgate.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" }}
{{- else }}
{{- $name := include "passgate.name" . }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 50 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{- define "passgate.commonLabels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/name: {{ include "passgate.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.extraLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "passgate.labels" -}}
{{ include "passgate.commonLabels" . }}
app.kubernetes.io/component: gateway
{{- end }}

{{- define "passgate.selectorLabels" -}}
app.kubernetes.io/name: {{ include "passgate.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: gateway
{{- end }}

{{- define "passgate.testLabels" -}}
app.kubernetes.io/name: {{ include "passgate.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: test
{{- end }}

{{- define "passgate.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "passgate.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "passgate.configMapName" -}}
{{- default (include "passgate.fullname" .) .Values.existingConfigMap }}
{{- end }}

{{- define "passgate.image" -}}
{{- with .Values.image }}
{{- if .digest }}
{{- printf "%s@%s" .repository .digest }}
{{- else }}
{{- printf "%s:%s" .repository (default $.Chart.AppVersion .tag) }}
{{- end }}
{{- end }}
{{- end }}

{{/* The whole time that a pod has to end, with ten seconds for the JVM itself. */}}
{{- define "passgate.gracePeriod" -}}
{{- with .Values.shutdown }}
{{- add (int .preStopSeconds) (int .delaySeconds) (int .timeoutSeconds) 10 }}
{{- end }}
{{- end }}

{{/*
Ports of the URLs that the gateway calls, one a line, each behind whose they are: "trino" or "providers". They are looked
for in keys that are "url" or end in "uri".
*/}}
{{- define "passgate.ports" -}}
{{- $path := .path }}
{{- if kindIs "map" .value }}
{{- range $key, $value := .value }}
{{- include "passgate.ports" (dict "path" (printf "%s.%s" $path $key) "value" $value) }}
{{- end }}
{{- else if kindIs "slice" .value }}
{{- range .value }}
{{- include "passgate.ports" (dict "path" $path "value" .) }}
{{- end }}
{{- else if regexMatch "^\\.passgate\\.(.*\\.)?(url|[a-z-]*uri)$" .path }}
{{- $whose := hasPrefix ".passgate.clusters." .path | ternary "trino" "providers" }}
{{- range splitList "," (toString .value) }}
{{- $authority := regexFind "^ *[a-z]+://[^/?#]+" . | trim }}
{{- if $authority }}
{{- $usual := get (dict "http" "80" "https" "443" "ldap" "389" "ldaps" "636" "redis" "6379" "rediss" "6379") (first (splitList "://" $authority)) }}
{{- printf "%s %s\n" $whose (regexFind ":[0-9]+$" $authority | trimPrefix ":" | default $usual) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* Ports for a NetworkPolicy, as numbers in JSON: .whose in .config, and .more. */}}
{{- define "passgate.policyPorts" -}}
{{- $ports := list }}
{{- range splitList "\n" (include "passgate.ports" (dict "path" "" "value" .config)) }}
{{- if hasPrefix (printf "%s " $.whose) . }}
{{- $ports = append $ports (last (splitList " " .) | int) }}
{{- end }}
{{- end }}
{{- range .more }}
{{- $ports = append $ports (int .) }}
{{- end }}
{{- uniq $ports | toJson }}
{{- end }}

{{/* Stops where a secret stands in the configuration: that becomes a ConfigMap, which many may read. */}}
{{- define "passgate.noSecrets" -}}
{{- $path := .path }}
{{- if kindIs "map" .value }}
{{- range $key, $value := .value }}
{{- include "passgate.noSecrets" (dict "key" (last (splitList "." $key)) "path" (printf "%s.%s" $path $key) "value" $value) }}
{{- end }}
{{- else if kindIs "slice" .value }}
{{- range $index, $value := .value }}
{{- include "passgate.noSecrets" (dict "key" $.key "path" (printf "%s[%d]" $path $index) "value" $value) }}
{{- end }}
{{- else if and .value (has .key (list "signing-key" "accepted-signing-keys" "password" "bind-password" "client-secret")) }}
{{- if not (regexMatch "^\\$\\{[^}]+\\}$" (toString .value)) }}
{{- fail (printf "%s holds a secret, expected ${NAME} with NAME set from a Secret by extraEnv or envFrom: a ConfigMap is no place for secrets" $path) }}
{{- end }}
{{- end }}
{{- end }}

{{/* What the schema cannot say: values that don't go together. */}}
{{- define "passgate.check" -}}
{{- if and (not .Values.config) (not .Values.existingConfigMap) }}
{{- fail "config is empty, expected the gateway's application.yml there, with passgate.clusters and passgate.issuers, or existingConfigMap" }}
{{- end }}
{{- if and .Values.config .Values.existingConfigMap }}
{{- fail "config and existingConfigMap are both set, expected one of them" }}
{{- end }}
{{- include "passgate.noSecrets" (dict "key" "" "path" "config" "value" .Values.config) }}
{{- $given := or .Values.signingKey.existingSecret .Values.envFrom (dig "passgate" "signing-key" "" .Values.config) (get .Values.config "passgate.signing-key") }}
{{- range list "passgate.shutdown" "server.ssl" "management.server.ssl" "management.server.base-path" "management.endpoints.web.base-path" }}
{{- $found := $.Values.config }}
{{- range splitList "." . }}
{{- $found = kindIs "map" $found | ternary (get (kindIs "map" $found | ternary $found dict) .) "" }}
{{- end }}
{{- if or $found (hasKey $.Values.config .) }}
{{- fail (printf "config.%s is set, expected %s" . (get (dict "passgate.shutdown" "shutdown.delaySeconds and shutdown.timeoutSeconds, which the time that pods have to end is made of" "server.ssl" "tls.existingSecret: the main listener is the one without TLS") . | default "no such key: probes and metrics would miss their paths")) }}
{{- end }}
{{- end }}
{{- range .Values.extraEnv }}
{{- if regexMatch "^(PASSGATE_SHUTDOWN_|SERVER_PORT$|MANAGEMENT_SERVER_PORT$)" .name }}
{{- fail (printf "extraEnv has %s, expected the chart's own value: shutdown.* for times, and the ports of pods are fixed" .name) }}
{{- end }}
{{- if has .name (list "PASSGATE_SIGNING_KEY" "PASSGATE_SIGNINGKEY") }}
{{- $given = true }}
{{- end }}
{{- end }}
{{- if not $given }}
{{- if .Values.autoscaling.enabled }}
{{- fail "autoscaling.enabled is true, expected signingKey.existingSecret with it: pods refuse each other's URIs without a common key" }}
{{- else if gt (int .Values.replicaCount) 1 }}
{{- fail (printf "replicaCount is %d, expected signingKey.existingSecret with it, or 1: pods refuse each other's URIs without a common key" (int .Values.replicaCount)) }}
{{- end }}
{{- end }}
{{- if and .Values.autoscaling.enabled (gt (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas)) }}
{{- fail (printf "autoscaling.minReplicas is %d, expected at most autoscaling.maxReplicas, %d" (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas)) }}
{{- end }}
{{- if and .Values.signingKey.acceptedKeys (not .Values.signingKey.existingSecret) }}
{{- fail "signingKey.acceptedKeys is set, expected signingKey.existingSecret with it: it is an entry of that Secret" }}
{{- end }}
{{- if and (not (int .Values.service.httpPort)) (not .Values.tls.existingSecret) }}
{{- fail "service.httpPort is 0, expected tls.existingSecret with it: the Service would have no port" }}
{{- end }}
{{- if and .Values.ingress.enabled (eq .Values.ingress.backendPort "https") (not .Values.tls.existingSecret) }}
{{- fail "ingress.backendPort is https, expected tls.existingSecret with it" }}
{{- end }}
{{- if and .Values.ingress.enabled (eq .Values.ingress.backendPort "http") (not (int .Values.service.httpPort)) }}
{{- fail "ingress.backendPort is http, expected a service.httpPort other than 0" }}
{{- end }}
{{- if and .Values.httpRoute.enabled (not (int .Values.service.httpPort)) }}
{{- fail "httpRoute.enabled is true, expected a service.httpPort other than 0: the route ends there" }}
{{- end }}
{{- range $name, $source := .Values.files }}
{{- if eq $name "tls" }}
{{- fail "files.tls is set, expected another name: /etc/passgate/tls is the folder of tls.existingSecret" }}
{{- end }}
{{- if eq (empty $source.secret) (empty $source.configMap) }}
{{- fail (printf "files.%s has neither or both of secret and configMap, expected one of them" $name) }}
{{- end }}
{{- end }}
{{- end }}
